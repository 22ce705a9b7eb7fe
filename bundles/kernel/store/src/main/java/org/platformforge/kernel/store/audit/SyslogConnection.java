package org.platformforge.kernel.store.audit;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** A way to a syslog receiver, made with the first message. Used by one thread. */
final class SyslogConnection implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5000;
    private static final int HANDSHAKE_MILLIS = 10_000;
    private static final int LARGEST_DATAGRAM = 60_000;

    private final Syslog target;
    private Socket socket;
    private OutputStream out;
    private DatagramSocket datagrams;

    SyslogConnection(Syslog target) {
        this.target = target;
    }

    /** What is written here is on its way with {@link #flush}. */
    void write(String message) throws IOException {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        if (target.transport() == Syslog.Transport.UDP) {
            datagram(bytes);
            return;
        }
        if (socket == null) {
            connect();
        }
        out.write((bytes.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
    }

    void flush() throws IOException {
        if (out != null) {
            out.flush();
        }
    }

    /**
     * A receiver says nothing; it can only go away.
     *
     * @throws IOException when it has
     */
    void check() throws IOException {
        if (socket == null) {
            return;
        }
        try {
            if (socket.getInputStream().read() < 0) {
                throw new EOFException("The receiver has closed the connection");
            }
        } catch (SocketTimeoutException e) {
            // it is there
        }
    }

    /** A message that no datagram holds loses its end: its structured data, with the number and hash, come first. */
    private void datagram(byte[] message) throws IOException {
        if (datagrams == null) {
            datagrams = new DatagramSocket();
        }
        InetAddress address = InetAddress.getByName(target.host());
        int length = Math.min(message.length, LARGEST_DATAGRAM);
        datagrams.send(new DatagramPacket(message, length, address, target.port()));
    }

    private void connect() throws IOException {
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(target.host(), target.port()), CONNECT_MILLIS);
            socket = target.transport() == Syslog.Transport.TLS ? secured(plain) : plain;
            socket.setSoTimeout(1);
            out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
        } catch (IOException e) {
            plain.close();
            socket = null;
            throw e;
        }
    }

    private Socket secured(Socket plain) throws IOException {
        SSLSocket tls = (SSLSocket) factory().createSocket(plain, target.host(), target.port(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        tls.setSSLParameters(parameters);
        tls.setSoTimeout(HANDSHAKE_MILLIS);
        tls.startHandshake();
        return tls;
    }

    /** Made for each connection: certificates are replaced while the platform runs. */
    private SSLSocketFactory factory() throws IOException {
        if (target.certificates() == null) {
            return (SSLSocketFactory) SSLSocketFactory.getDefault();
        }
        try (InputStream pem = Files.newInputStream(target.certificates())) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("receiver-" + trusted.size(), certificate);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("The certificates in " + target.certificates() + " cannot be used", e);
        }
    }

    /** The next message makes another one. */
    @Override
    public void close() throws IOException {
        if (datagrams != null) {
            datagrams.close();
            datagrams = null;
        }
        Socket former = socket;
        socket = null;
        out = null;
        if (former != null) {
            former.close();
        }
    }
}
