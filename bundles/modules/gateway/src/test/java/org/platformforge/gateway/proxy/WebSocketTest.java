package org.platformforge.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.platformforge.gateway.testing.TestConfig;

/** An application that greets in the same packet as its 101, and then sends back every byte it gets. */
class WebSocketTest {
    private static final String[] UPGRADE = {
        "GET /socket HTTP/1.1",
        "Host: ws-dev.localhost",
        "Connection: keep-alive, Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    };

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean refusing;
    private GatewayServer server;
    private ServerSocket application;

    @BeforeEach
    void start() throws Exception {
        server = new GatewayServer(TestConfig.DEFAULT);
        application = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
        server.gateway.apply("ten_a", "res-ws", "ws-dev", "127.0.0.1:" + application.getLocalPort());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        application.close();
        threads.shutdownNow();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = application.accept();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed at the end of the test
        }
    }

    private void serve(Socket socket) {
        open.incrementAndGet();
        try (socket) {
            String head = GatewayServer.readUntil(socket.getInputStream(), "\r\n\r\n");
            OutputStream output = socket.getOutputStream();
            if (refusing || !head.contains("Upgrade: websocket") || !head.contains("Connection: Upgrade")) {
                output.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno".getBytes(StandardCharsets.UTF_8));
                return;
            }
            output.write(("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nhello")
                    .getBytes(StandardCharsets.UTF_8));
            output.flush();
            socket.getInputStream().transferTo(output);
        } catch (IOException e) {
            // the client went
        } finally {
            open.decrementAndGet();
        }
    }

    @Test
    void tunnelsBytesBothWaysAfterTheUpgrade() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (Socket socket = server.connect()) {
                socket.getOutputStream().write(GatewayServer.head(UPGRADE));
                InputStream input = socket.getInputStream();
                assertThat(GatewayServer.readUntil(input, "\r\n\r\n"))
                        .startsWith("HTTP/1.1 101")
                        .containsIgnoringCase("Connection: Upgrade")
                        .containsIgnoringCase("Upgrade: websocket")
                        .contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
                assertThat(new String(input.readNBytes(5), StandardCharsets.UTF_8))
                        .isEqualTo("hello");
                socket.getOutputStream().write("ping".getBytes(StandardCharsets.UTF_8));
                assertThat(new String(input.readNBytes(4), StandardCharsets.UTF_8))
                        .isEqualTo("ping");
            }
        }
        await().until(() -> open.get() == 0);
    }

    @Test
    void tunnelsMuchDataUnchangedUntilBothEndsAreClosed() throws Exception {
        byte[] data = new byte[8 * 1024 * 1024];
        new Random(7).nextBytes(data);
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write(GatewayServer.head(UPGRADE));
            InputStream input = socket.getInputStream();
            GatewayServer.readUntil(input, "\r\n\r\nhello");
            CompletableFuture<byte[]> back = CompletableFuture.supplyAsync(() -> readAll(input), threads);
            socket.getOutputStream().write(data);
            socket.shutdownOutput();
            assertThat(Arrays.equals(back.get(20, TimeUnit.SECONDS), data)).isTrue();
        }
        await().until(() -> open.get() == 0);
    }

    private static byte[] readAll(InputStream input) {
        try {
            return input.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void passesARefusalOnAndTheConnectionStaysUsable() throws Exception {
        refusing = true;
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write(GatewayServer.head(UPGRADE));
            assertThat(GatewayServer.readUntil(socket.getInputStream(), "\r\n\r\nno"))
                    .startsWith("HTTP/1.1 403");
            socket.getOutputStream()
                    .write(GatewayServer.head("GET / HTTP/1.1", "Host: nobody.localhost", "Connection: close"));
            assertThat(GatewayServer.readUntil(socket.getInputStream(), "\r\n\r\n"))
                    .startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void keepsATunnelOverChangesOfTheConfigurationUntilItIsClosed() throws Exception {
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write(GatewayServer.head(UPGRADE));
            InputStream input = socket.getInputStream();
            GatewayServer.readUntil(input, "\r\n\r\nhello");

            server.change(new TestConfig(5, 3600));
            server.change(TestConfig.DEFAULT);

            socket.getOutputStream().write("ping".getBytes(StandardCharsets.UTF_8));
            assertThat(new String(input.readNBytes(4), StandardCharsets.UTF_8)).isEqualTo("ping");
            assertThat(server.proxies()).isEqualTo(2);
        }
        await().until(() -> server.proxies() == 1);
    }

    @Test
    void closesTheClientWhenTheGatewayGoes() throws Exception {
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write(GatewayServer.head(UPGRADE));
            GatewayServer.readUntil(socket.getInputStream(), "\r\n\r\nhello");
            server.stopHandler();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }
}
