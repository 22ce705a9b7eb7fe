package org.platformforge.driver.lxd;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.platformforge.driver.lxd.LxdFailure.Kind;
import org.platformforge.extension.api.driver.Progress;

/** The inside of one running instance: commands and files. */
final class Guest {
    /** The user applications and builds run as, within the instance. */
    static final int USER = 10001;

    private static final int ROOT = 0;
    private static final int LARGEST_OUTPUT = 4 << 20;
    private static final long POLL_MILLIS = 150;

    private final Instances instances;
    private final LxdClient client;
    private final String name;

    /**
     * @param exit code of the command
     * @param raw what it wrote, a character for each byte
     */
    record Done(int exit, String raw) {
        String output() {
            return new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }
    }

    Guest(Instances instances, String name) {
        this.instances = instances;
        this.client = instances.client();
        this.name = name;
    }

    /** What a shell script wrote, its errors among it. */
    Done run(String script, Duration within, String... arguments) throws LxdFailure, InterruptedException {
        JsonNode done = client.run(
                LxdHttp.POST, instances.path(name, "/exec"), order(script, ROOT, true, arguments), () -> false, within);
        String file = done.path("output").path("1").asText("");
        String output = "";
        if (file.matches("/1\\.0/instances/[A-Za-z0-9/_.-]+")) {
            String log = client.path(file.substring("/1.0".length()));
            output = new String(client.http().bytes(log, LARGEST_OUTPUT), StandardCharsets.ISO_8859_1);
            forget(log);
            forget(client.path(done.path("output").path("2").asText("").replaceFirst("^/1\\.0", "")));
        }
        return new Done(exit(done), output);
    }

    /** What the server kept of a command's output. Best effort: it goes with the instance at the latest. */
    private void forget(String log) throws InterruptedException {
        try {
            client.http().call(LxdHttp.DELETE, log, null);
        } catch (LxdFailure e) {
            // nobody is the worse for it
        }
    }

    /** Begins a script as the application's user; its output is its own matter. */
    String begin(String script, String... arguments) throws LxdFailure, InterruptedException {
        return client.begin(LxdHttp.POST, instances.path(name, "/exec"), order(script, USER, false, arguments));
    }

    /** The exit code, when it has ended within a second. */
    Optional<Integer> ended(String task) throws LxdFailure, InterruptedException {
        Optional<JsonNode> done = client.look(task, 1);
        return done.isPresent() ? Optional.of(exit(done.get())) : Optional.empty();
    }

    private static int exit(JsonNode done) throws LxdFailure {
        if (!done.path("return").isInt()) {
            throw new LxdFailure(Kind.NONSENSE, "the server's answer tells no exit code");
        }
        return done.path("return").asInt();
    }

    private static Map<String, Object> order(String script, int user, boolean record, String... arguments) {
        Map<String, Object> order = new LinkedHashMap<>();
        String[] command = new String[arguments.length + 4];
        command[0] = "/bin/sh";
        command[1] = "-c";
        command[2] = "exec 2>&1\n" + script;
        command[3] = "forge";
        System.arraycopy(arguments, 0, command, 4, arguments.length);
        order.put("command", List.of(command));
        order.put("environment", Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
        order.put("interactive", false);
        order.put("wait-for-websocket", false);
        order.put("record-output", record);
        order.put("user", user);
        order.put("group", user);
        order.put("cwd", "/");
        return order;
    }

    /** Returns when commands can be run: a virtual machine has to boot first. */
    void awaitReady(int seconds, Progress progress) throws LxdFailure, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            try {
                if (run("true", Duration.ofSeconds(seconds)).exit() == 0) {
                    return;
                }
            } catch (LxdFailure e) {
                boolean booting = e.kind() == Kind.FAILED || e.kind() == Kind.REFUSED;
                if (!booting || System.nanoTime() > end || progress.cancelled()) {
                    throw e;
                }
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** @param mode as {@code 0640} */
    void write(String path, String content, String mode) throws LxdFailure, InterruptedException {
        write(path, BodyPublishers.ofByteArray(content.getBytes(StandardCharsets.UTF_8)), mode);
    }

    void write(String path, Path file, String mode) throws LxdFailure, IOException, InterruptedException {
        write(path, BodyPublishers.ofFile(file), mode);
    }

    private void write(String path, BodyPublisher content, String mode) throws LxdFailure, InterruptedException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String system : List.of("X-LXD-", "X-Incus-")) {
            headers.put(system + "type", "file");
            headers.put(system + "mode", mode);
            headers.put(system + "uid", "0");
            headers.put(system + "gid", "0");
            headers.put(system + "write", "overwrite");
        }
        Duration within = Duration.ofSeconds(client.config().operation_timeout_seconds());
        client.patiently(() -> client.http().upload(file(path), content, headers, within));
    }

    /** A small file; empty when it is not there. */
    Optional<String> read(String path) throws LxdFailure, InterruptedException {
        try {
            return Optional.of(new String(client.http().bytes(file(path), LARGEST_OUTPUT), StandardCharsets.UTF_8));
        } catch (LxdFailure e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    void fetch(String path, Path file, long most) throws LxdFailure, InterruptedException {
        client.http()
                .download(
                        file(path),
                        file,
                        most,
                        Duration.ofSeconds(client.config().operation_timeout_seconds()));
    }

    private String file(String path) {
        return instances.path(name, "/files", "path=" + LxdClient.encoded(path));
    }
}
