package org.platformforge.itests.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.platformforge.itests.blackbox.Http;

/** nginx as a reverse proxy before an application, with as many workers as processors and connections kept open. */
final class Nginx implements AutoCloseable {
    private static final int LOOKS = 400;
    private static final Duration LOOK = Duration.ofMillis(25);

    private final Fork process;
    private final URI address;

    private Nginx(Fork process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** @return the program, where it is installed */
    static Optional<Path> program() {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(":")),
                        // where Debian puts it, which is not in everybody's path
                        Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param folder for its files, made when it is missing */
    static Nginx before(Path program, String application, Path folder) {
        int port = freePort();
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("nginx.conf"), """
                    worker_processes auto;
                    daemon off;
                    pid %1$s/nginx.pid;
                    error_log %1$s/error.log;
                    events { worker_connections 1024; }
                    http {
                        access_log off;
                        client_body_temp_path %1$s/body;
                        proxy_temp_path %1$s/proxy;
                        fastcgi_temp_path %1$s/fastcgi;
                        uwsgi_temp_path %1$s/uwsgi;
                        scgi_temp_path %1$s/scgi;
                        keepalive_requests 1000000000;
                        upstream application { server %2$s; keepalive 64; keepalive_requests 1000000000; }
                        server {
                            listen 127.0.0.1:%3$d;
                            location / {
                                proxy_pass http://application;
                                proxy_http_version 1.1;
                                proxy_set_header Connection "";
                                proxy_set_header Host $host;
                                proxy_set_header X-Forwarded-For $remote_addr;
                                proxy_set_header X-Forwarded-Proto $scheme;
                            }
                        }
                    }
                    """.formatted(folder, application, port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Fork process = new Fork(new ProcessBuilder(
                program.toString(),
                "-e",
                folder.resolve("error.log").toString(),
                "-c",
                folder.resolve("nginx.conf").toString()));
        Nginx nginx = new Nginx(process, URI.create("http://127.0.0.1:" + port + "/"));
        nginx.awaitOk();
        return nginx;
    }

    private void awaitOk() {
        Http http = new Http(address.toString().replaceFirst("/$", ""));
        for (int i = 0; i < LOOKS; i++) {
            try {
                if (http.get("/").status() == 200) {
                    return;
                }
            } catch (UncheckedIOException e) {
                // not yet
            }
            StartBenchmark.pause(LOOK);
        }
        close();
        throw new IllegalStateException("nginx does not answer");
    }

    URI address() {
        return address;
    }

    /** The master's; its workers are below it. */
    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.close();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
