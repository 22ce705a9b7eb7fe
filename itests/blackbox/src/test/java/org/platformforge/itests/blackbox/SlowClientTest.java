package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that hold what they can: all others are served while they do, and memory does not grow with them. */
@Order(8)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class SlowClientTest {
    private static final int CLIENTS = 500;
    /** Far below what a buffer of the largest head, 32 KiB, for each client would be together with its thread. */
    private static final long GROWTH_KIB = 192 * 1024;

    private final Platform platform;
    private final List<Socket> slow = new ArrayList<>();

    SlowClientTest(Platform platform) {
        this.platform = platform;
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : slow) {
            socket.close();
        }
    }

    @Test
    void servesOthersWhileIdleConnectionsAreHeld() throws IOException {
        assertOthersAreServedBeside("");
    }

    @Test
    void servesOthersWhileHeadersComeSlowly() throws IOException {
        assertOthersAreServedBeside("GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
    }

    @Test
    void servesOthersWhileHeadersGrow() throws IOException {
        assertOthersAreServedBeside(
                "GET /health HTTP/1.1\r\nHost: localhost\r\n" + ("X-Large: " + "x".repeat(1000) + "\r\n").repeat(30));
    }

    @Test
    void servesOthersWhileBodiesComeSlowly() throws IOException {
        assertOthersAreServedBeside("POST /api/v1/auth/api-keys HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{\"name\": \"");
    }

    @Test
    void servesOthersWhileBodiesOfKnownCallersComeSlowly() throws IOException {
        Account account = Account.register(platform);
        assertOthersAreServedBeside("POST /api/v1/auth/api-keys HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + account.accessToken()
                + "\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{\"name\": \"");
    }

    /** Its body goes to the module as it comes. */
    @Test
    void servesOthersWhileArtifactsComeSlowly() throws IOException {
        Account account = Account.register(platform);
        assertOthersAreServedBeside("POST /api/v1/marketplace/extensions/publish HTTP/1.1\r\nHost: localhost\r\n"
                + "Authorization: Bearer " + account.accessToken()
                + "\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"bundle\"; filename=\"x.jar\"\r\n\r\nPK");
    }

    private void assertOthersAreServedBeside(String beginning) throws IOException {
        long before = residentKib();
        byte[] bytes = beginning.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < CLIENTS; i++) {
            Socket socket = new Socket();
            slow.add(socket);
            socket.connect(new InetSocketAddress("127.0.0.1", platform.httpPort()), 10_000);
            socket.getOutputStream().write(bytes);
        }

        Account account = Account.register(platform);
        for (int i = 0; i < 50; i++) {
            Answer answer = platform.http().get("/api/v1/auth/me", account.bearer());
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        }
        assertThat(residentKib() - before).as("KiB more in use").isLessThan(GROWTH_KIB);
    }

    private long residentKib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(platform.pid()), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no VmRSS");
    }
}
