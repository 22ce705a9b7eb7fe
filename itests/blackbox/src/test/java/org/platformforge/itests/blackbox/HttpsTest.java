package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS is opened, gets another certificate and is closed while the platform runs. Proxies are believed when they are known. */
@Order(7)
@ExtendWith(PlatformExtension.class)
class HttpsTest {
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final String PASSWORD = "a good password";

    @TempDir
    Path folder;

    private final Platform platform;
    private final int port = Ports.next();
    private final Path tls;
    private final Path http;
    private String shippedTls;
    private String shippedHttp;

    HttpsTest(Platform platform) {
        this.platform = platform;
        this.tls = platform.config().resolve("org.platformforge.kernel.http.tls.cfg");
        this.http = platform.config().resolve("org.platformforge.kernel.http.cfg");
    }

    @BeforeEach
    void remember() throws IOException {
        shippedTls = Files.readString(tls);
        shippedHttp = Files.readString(http);
    }

    @AfterEach
    void restore() throws IOException {
        Files.writeString(tls, shippedTls);
        Files.writeString(http, shippedHttp);
        await().atMost(WITHIN).until(() -> !listens() && plain("").contains(" 200 "));
    }

    @Test
    void opensChangesItsCertificateAndBelievesKnownProxiesOnly() throws Exception {
        Path served = folder.resolve("served.p12");
        Files.copy(certificate("one"), served);
        String open = shippedTls
                .replaceAll("(?m)^port = .*$", "port = " + port)
                .replaceAll("(?m)^address = .*$", "address = 127.0.0.1")
                .replaceAll("(?m)^certificate = .*$", "certificate = " + served)
                .replaceAll("(?m)^password = .*$", "password = " + PASSWORD)
                .replaceAll("(?m)^check.seconds = .*$", "check.seconds = 1");
        Files.writeString(tls, open);
        await().atMost(WITHIN).until(this::listens);
        SSLSocket before = connect();
        assertThat(subject(before)).isEqualTo("CN=one");

        Path next = certificate("two");
        Files.move(next, served, StandardCopyOption.ATOMIC_MOVE);

        await().atMost(WITHIN).untilAsserted(() -> {
            try (SSLSocket after = connect()) {
                assertThat(subject(after)).isEqualTo("CN=two");
            }
        });
        assertThat(get(before, "/health/live", "")).contains(" 200 ");

        Files.writeString(tls, open.replace("http = serve", "http = redirect"));
        await().atMost(WITHIN).until(() -> plain("").contains(" 308 "));
        assertThat(plain("")).contains("Location: https://platform.test:" + port + "/api/v1/openapi.json?a=b");
        assertThat(plain("X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n"))
                .as("a stranger's word")
                .contains(" 308 ");

        Files.writeString(http, shippedHttp.replace("trusted.proxies =", "trusted.proxies = 127.0.0.0/8"));
        await().atMost(WITHIN)
                .until(() -> plain("X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n")
                        .contains(" 200 "));
        assertThat(plain("Forwarded: for=192.0.2.1;proto=https\r\n"))
                .as("the header its proxies do not write")
                .contains(" 308 ");
    }

    @Test
    void aSettingThatCannotBeReadLeavesHttpAlone() throws Exception {
        Files.writeString(tls, shippedTls.replaceAll("(?m)^port = .*$", "port = https"));

        await().atMost(WITHIN)
                .untilAsserted(() -> assertThat(plain("/health/ready", "")).contains(" 503 ", "\"https\""));
        assertThat(plain("")).contains(" 200 ");

        Files.writeString(tls, shippedTls);
        await().atMost(WITHIN)
                .untilAsserted(() -> assertThat(plain("/health/ready", "")).contains(" 200 "));
    }

    private boolean listens() {
        try (SSLSocket socket = connect()) {
            return get(socket, "/health/ready", "").contains(" 200 ");
        } catch (IOException e) {
            return false;
        }
    }

    private String plain(String headers) throws IOException {
        return plain("/api/v1/openapi.json?a=b", headers);
    }

    private String plain(String path, String headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", platform.httpPort())) {
            socket.setSoTimeout(30_000);
            return get(socket, path, headers);
        }
    }

    private static String get(Socket socket, String path, String headers) throws IOException {
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: platform.test\r\n" + headers + "Connection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        try (InputStream in = socket.getInputStream()) {
            return new String(in.readNBytes(2000), StandardCharsets.ISO_8859_1);
        }
    }

    private SSLSocket connect() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Everybody()}, null);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
            socket.setSoTimeout(30_000);
            return socket;
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String subject(SSLSocket socket) throws IOException {
        socket.startHandshake();
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    private Path certificate(String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name)
                .redirectErrorStream(true)
                .start();
        keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return file;
    }

    private static final class Everybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            // every one
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // every one
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
