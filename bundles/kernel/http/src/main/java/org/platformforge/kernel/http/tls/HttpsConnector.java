package org.platformforge.kernel.http.tls;

import java.util.Arrays;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One open port of HTTPS, configured like the server's HTTP port in all but TLS. Not thread-safe. */
final class HttpsConnector {
    /** Forward secrecy and authenticated encryption, and nothing else. */
    private static final String[] CIPHERS = {
        "TLS_AES_256_GCM_SHA384",
        "TLS_AES_128_GCM_SHA256",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    };

    private static final Logger LOG = LoggerFactory.getLogger(HttpsConnector.class);

    private final ServerConnector connector;
    private final SslContextFactory.Server tls;

    /** Why a port could not be opened, for operators. */
    static final class NotOpenException extends Exception {
        private static final long serialVersionUID = 1L;

        NotOpenException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private HttpsConnector(ServerConnector connector, SslContextFactory.Server tls) {
        this.connector = connector;
        this.tls = tls;
    }

    static HttpsConnector open(Server server, TlsConfig config, KeyMaterial material) throws NotOpenException {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        use(tls, material);
        tls.setIncludeProtocols(clean(config.protocols()));
        tls.setExcludeProtocols();
        String[] ciphers = clean(config.ciphers());
        tls.setIncludeCipherSuites(ciphers.length == 0 ? CIPHERS : ciphers);
        tls.setExcludeCipherSuites();
        tls.setUseCipherSuitesOrder(true);
        tls.setRenegotiationAllowed(false);
        HttpConfiguration http = configuration(server);
        ServerConnector connector = new ServerConnector(
                server, 1, 1, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory(http));
        connector.setName("https");
        connector.setHost(config.address());
        connector.setPort(config.port());
        connector.setAcceptQueueSize(1024);
        Stream.of(server.getConnectors())
                .findFirst()
                .ifPresent(plain -> connector.setIdleTimeout(plain.getIdleTimeout()));
        server.addConnector(connector);
        try {
            connector.start();
            return new HttpsConnector(connector, tls);
        } catch (Exception e) { // what LifeCycle.start declares
            server.removeConnector(connector);
            throw new NotOpenException(
                    "port " + config.port() + " of " + config.address() + " cannot be opened (" + e.getMessage() + ")",
                    e);
        }
    }

    /** That of the HTTP port, so that limits and forwarded addresses are the same on both. */
    private static HttpConfiguration configuration(Server server) {
        HttpConfiguration configuration = Stream.of(server.getConnectors())
                .map(connector -> connector.getConnectionFactory(HttpConnectionFactory.class))
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .map(factory -> new HttpConfiguration(factory.getHttpConfiguration()))
                .orElseGet(HttpConfiguration::new);
        SecureRequestCustomizer secure = new SecureRequestCustomizer();
        // the credential decides, never the name: one certificate may stand for many hosts of applications
        secure.setSniHostCheck(false);
        configuration.getCustomizers().add(0, secure);
        configuration.setSendServerVersion(false);
        return configuration;
    }

    /** For the connections that come from now on. */
    void reload(KeyMaterial material) throws NotOpenException {
        SslContextFactory.Server trial = new SslContextFactory.Server();
        use(trial, material);
        try {
            trial.start();
            trial.stop();
            tls.reload(factory -> use((SslContextFactory.Server) factory, material));
        } catch (Exception e) { // what SslContextFactory.reload declares
            throw new NotOpenException("it cannot be used (" + e.getMessage() + ")", e);
        }
    }

    private static void use(SslContextFactory.Server tls, KeyMaterial material) {
        tls.setKeyStore(material.store());
        tls.setKeyStorePassword(KeyMaterial.PASSWORD);
        tls.setKeyManagerPassword(KeyMaterial.PASSWORD);
    }

    void close(Server server) {
        try {
            connector.stop();
        } catch (Exception e) { // what LifeCycle.stop declares
            LOG.warn("HTTPS on port {} did not stop in order", connector.getPort(), e);
        }
        if (Arrays.asList(server.getConnectors()).contains((Connector) connector)) {
            server.removeConnector(connector);
        }
    }

    private static String[] clean(String[] values) {
        return Arrays.stream(values)
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::trim)
                .filter(value -> !value.isEmpty())
                .toArray(String[]::new);
    }
}
