package org.platformforge.kernel.http.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.AbstractHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.service.component.ComponentException;
import org.platformforge.kernel.api.health.HealthCheck;

/** Against a real Jetty, with certificates made by the JDK's keytool. */
class HttpsListenerTest {
    private static final String PASSWORD = "a good password";
    private static final char[] SECRET = PASSWORD.toCharArray();

    @TempDir
    Path folder;

    private final Server server = new Server();
    private HttpsListener listener;

    @BeforeEach
    void start() throws Exception {
        ServerConnector plain = new ServerConnector(server);
        plain.setHost("127.0.0.1");
        server.addConnector(plain);
        server.setHandler(new AbstractHandler() {
            @Override
            public void handle(String target, Request base, HttpServletRequest request, HttpServletResponse response)
                    throws IOException {
                base.setHandled(true);
                response.getOutputStream().print(request.getScheme() + " " + request.isSecure());
            }
        });
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        if (listener != null) {
            listener.deactivate();
        }
        server.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void serves(String algorithm) throws Exception {
        pem("one", algorithm);
        open(Map.of());

        assertThat(get(connect())).endsWith("https true");
        assertThat(listener.check().status()).isEqualTo(HealthCheck.Status.HEALTHY);
    }

    @Test
    void servesWithPkcs12() throws Exception {
        Path file = keyStore("one", "EC");
        open(Map.of("certificate", file.toString(), "key", "", "password", PASSWORD));

        assertThat(subject(connect())).isEqualTo("CN=one");
    }

    @Test
    void takesANewCertificateWithoutCuttingConnectionsOff() throws Exception {
        pem("one", "EC");
        open(Map.of());
        SSLSocket before = connect();
        before.startHandshake();

        pem("two", "RSA");
        listener.look();

        assertThat(subject(connect())).isEqualTo("CN=two");
        assertThat(subject(before)).isEqualTo("CN=one");
        assertThat(get(before)).endsWith("https true");
    }

    @Test
    void keepsTheCertificateWhenTheNewOneIsBroken() throws Exception {
        pem("one", "EC");
        open(Map.of());
        String key = Files.readString(folder.resolve("tls.key"));
        Map<String, String> broken = Map.of(
                "",
                "holds no certificate",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "Could not parse certificate",
                chain(keyStore("stranger", "EC")),
                "the private key is not the certificate's");
        for (Map.Entry<String, String> one : broken.entrySet()) {
            Files.writeString(folder.resolve("tls.crt"), one.getKey());
            listener.look();
            assertThat(listener.check().message()).doesNotContain(one.getValue());
            listener.look();

            assertThat(subject(connect())).isEqualTo("CN=one");
            assertThat(listener.check().status()).isEqualTo(HealthCheck.Status.DEGRADED);
            assertThat(listener.check().message()).contains("the one before is", one.getValue());
        }
        Files.delete(folder.resolve("tls.crt"));
        listener.look();
        listener.look();
        assertThat(listener.check().message()).contains("does not exist");

        pem("two", "EC");
        listener.look();
        assertThat(subject(connect())).isEqualTo("CN=two");
        assertThat(listener.check().status()).isEqualTo(HealthCheck.Status.HEALTHY);
        assertThat(Files.readString(folder.resolve("tls.key"))).isNotEqualTo(key);
    }

    @Test
    void isNotReadyWithoutACertificateAndOpensWhenItComes() throws Exception {
        open(Map.of());
        assertThat(listener.check().status()).isEqualTo(HealthCheck.Status.UNHEALTHY);
        assertThat(listener.check().message()).contains("tls.crt does not exist");
        assertThat(server.getConnectors()).hasSize(1);

        pem("one", "EC");
        listener.look();

        assertThat(subject(connect())).isEqualTo("CN=one");
    }

    @Test
    void saysThatACertificateEndsSoonOrIsOver() throws Exception {
        pem("one", "EC");
        open(Map.of("warn_days", 400));
        assertThat(listener.check().message()).contains("The certificate ends");

        listener.deactivate();
        Clock later = Clock.fixed(Instant.now().plus(Duration.ofDays(800)), ZoneOffset.UTC);
        listener = new HttpsListener(config(Map.of()), later);
        listener.met(server);
        assertThat(listener.check().message()).contains("The certificate ended");
        assertThat(subject(connect())).isEqualTo("CN=one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.1", "TLSv1"})
    void refusesOldVersions(String version) throws Exception {
        pem("one", "EC");
        open(Map.of());
        SSLSocket socket = connect();
        socket.setEnabledProtocols(new String[] {version});

        org.assertj.core.api.Assertions.assertThatThrownBy(socket::startHandshake)
                .isInstanceOf(SSLException.class);
    }

    @Test
    void offersForwardSecrecyOnly() throws Exception {
        pem("one", "RSA");
        open(Map.of());
        SSLSocket weak = connect();
        weak.setEnabledProtocols(new String[] {"TLSv1.2"});
        weak.setEnabledCipherSuites(
                new String[] {"TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"});
        SSLSocket strong = connect();
        strong.setEnabledProtocols(new String[] {"TLSv1.2"});
        strong.startHandshake();

        org.assertj.core.api.Assertions.assertThatThrownBy(weak::startHandshake).isInstanceOf(SSLException.class);
        assertThat(strong.getSession().getCipherSuite()).isEqualTo("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
    }

    @Test
    void opensAnewOnAnotherPortAndStopsOnNone() throws Exception {
        pem("one", "EC");
        open(Map.of());
        int first = port();

        listener.modified(config(Map.of("address", "127.0.0.2")));
        assertThat(server.getConnectors()).hasSize(2);
        assertThat(port()).isNotZero();

        listener.modified(config(Map.of("port", 0)));
        assertThat(server.getConnectors()).hasSize(1);
        assertThat(listener.check().status()).isEqualTo(HealthCheck.Status.NOT_CONFIGURED);
        assertThat(first).isNotZero();
    }

    @Test
    void saysThatThePortIsTaken() throws Exception {
        pem("one", "EC");
        int taken = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        open(Map.of("port", taken));

        assertThat(listener.check().message()).contains("port " + taken + " of 127.0.0.1 cannot be opened");
        assertThat(server.getConnectors()).hasSize(1);
    }

    @Test
    void closesWhileAValueCannotBeReadAndOpensAgain() throws Exception {
        pem("one", "EC");
        listener = new HttpsListener(unreadable(), Clock.systemUTC());
        listener.met(server);
        assertThat(server.getConnectors()).hasSize(1);
        assertThat(listener.check().status()).isEqualTo(HealthCheck.Status.UNHEALTHY);
        assertThat(listener.check().message()).contains("cannot be read (For input string: \"https\")");

        listener.modified(config(Map.of()));
        assertThat(subject(connect())).isEqualTo("CN=one");
        assertThat(listener.check().status()).isEqualTo(HealthCheck.Status.HEALTHY);

        listener.modified(unreadable());
        assertThat(server.getConnectors()).hasSize(1);
    }

    /** As the component runtime answers for a value that is no number. */
    private TlsConfig unreadable() {
        TlsConfig good = config(Map.of());
        return (TlsConfig) java.lang.reflect.Proxy.newProxyInstance(
                TlsConfig.class.getClassLoader(), new Class<?>[] {TlsConfig.class}, (proxy, method, arguments) -> {
                    if ("port".equals(method.getName())) {
                        throw new ComponentException(new NumberFormatException("For input string: \"https\""));
                    }
                    return method.invoke(good);
                });
    }

    private void open(Map<String, Object> settings) {
        listener = new HttpsListener(config(settings), Clock.systemUTC());
        listener.met(server);
    }

    private TlsConfig config(Map<String, Object> settings) {
        Map<String, Object> files = Map.of(
                "certificate",
                folder.resolve("tls.crt").toString(),
                "key",
                folder.resolve("tls.key").toString(),
                "port",
                freePort(),
                "check_seconds",
                3600);
        return (TlsConfig) java.lang.reflect.Proxy.newProxyInstance(
                TlsConfig.class.getClassLoader(),
                new Class<?>[] {TlsConfig.class},
                (proxy, method, arguments) -> settings.getOrDefault(
                        method.getName(), files.getOrDefault(method.getName(), method.getDefaultValue())));
    }

    private static int freePort() {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private int port() {
        return ((ServerConnector) server.getConnectors()[1]).getLocalPort();
    }

    private SSLSocket connect() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Everybody()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static String get(SSLSocket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        socket.getInputStream().transferTo(answer);
        return answer.toString(StandardCharsets.US_ASCII);
    }

    private static String subject(SSLSocket socket) throws IOException {
        socket.startHandshake();
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    /** Certificate and key as two PEM files. */
    private void pem(String name, String algorithm) throws Exception {
        Path file = keyStore(name, algorithm);
        KeyStore store = KeyStore.getInstance(file.toFile(), SECRET);
        Files.writeString(folder.resolve("tls.crt"), chain(file));
        Files.writeString(
                folder.resolve("tls.key"),
                block("PRIVATE KEY", store.getKey(name, SECRET).getEncoded()));
    }

    private static String chain(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance(file.toFile(), SECRET);
        StringBuilder text = new StringBuilder();
        for (Certificate certificate : store.getCertificateChain(store.aliases().nextElement())) {
            text.append(block("CERTIFICATE", certificate.getEncoded()));
        }
        return text.toString();
    }

    static String block(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + type
                + "-----\n";
    }

    private Path keyStore(String name, String algorithm) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Files.deleteIfExists(file);
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
                        algorithm,
                        "-dname",
                        "CN=" + name,
                        "-validity",
                        "365")
                .redirectErrorStream(true)
                .start();
        byte[] output = keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue())
                .as(new String(output, StandardCharsets.UTF_8))
                .isZero();
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
