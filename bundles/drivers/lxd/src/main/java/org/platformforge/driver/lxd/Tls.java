package org.platformforge.driver.lxd;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.platformforge.driver.lxd.LxdFailure.Kind;

/** TLS as LXD has it: the client shows its certificate, and the server must have the one certificate that is known. */
final class Tls {
    private static final String BEGIN_KEY = "-----BEGIN PRIVATE KEY-----";
    private static final String END_KEY = "-----END PRIVATE KEY-----";

    private Tls() {}

    static SSLContext context(LxdConfig config) throws LxdFailure {
        X509Certificate client = certificate("client.certificate", config.client_certificate());
        X509Certificate server = certificate("server.certificate", config.server_certificate());
        PrivateKey key = key(config.client_key(), client.getPublicKey().getAlgorithm());
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("client", key, new char[0], new Certificate[] {client});
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), new TrustManager[] {new Pinned(server)}, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new LxdFailure(
                    Kind.CONFIGURATION, "the client's certificate and key do not fit: " + e.getMessage(), e);
        }
    }

    private static X509Certificate certificate(String name, String file) throws LxdFailure {
        try (InputStream in = Files.newInputStream(path(name, file))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException e) {
            throw unreadable(name, e);
        } catch (CertificateException e) {
            throw new LxdFailure(Kind.CONFIGURATION, name + " names no certificate in PEM", e);
        }
    }

    private static PrivateKey key(String file, String algorithm) throws LxdFailure {
        String name = "client.key";
        try {
            String pem = Files.readString(path(name, file), StandardCharsets.US_ASCII);
            int from = pem.indexOf(BEGIN_KEY);
            int to = pem.indexOf(END_KEY);
            if (from < 0 || to < from) {
                throw new LxdFailure(
                        Kind.CONFIGURATION,
                        name + " names no key in PKCS #8; openssl pkcs8 -topk8 -nocrypt makes one of any other");
            }
            byte[] encoded = Base64.getMimeDecoder().decode(pem.substring(from + BEGIN_KEY.length(), to));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (IOException e) {
            throw unreadable(name, e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new LxdFailure(Kind.CONFIGURATION, name + " names a key that cannot be read", e);
        }
    }

    private static Path path(String name, String file) throws LxdFailure {
        if (file.isBlank()) {
            throw new LxdFailure(Kind.CONFIGURATION, name + " names no file");
        }
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw new LxdFailure(Kind.CONFIGURATION, name + " names no file", e);
        }
    }

    private static LxdFailure unreadable(String name, IOException e) {
        return new LxdFailure(Kind.CONFIGURATION, name + " names a file that cannot be read", e);
    }

    /**
     * Accepts one certificate. Who has its key is the server, under whatever address it is reached; names are not compared,
     * which this kind of trust manager is free not to.
     */
    private static final class Pinned extends X509ExtendedTrustManager {
        private final X509Certificate known;

        Pinned(X509Certificate known) {
            this.known = known;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            if (chain == null || chain.length == 0 || !known.equals(chain[0])) {
                throw new CertificateException("the server's certificate is not the one in server.certificate");
            }
            known.checkValidity();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("no server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {known};
        }
    }
}
