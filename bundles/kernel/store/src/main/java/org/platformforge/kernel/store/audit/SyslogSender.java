package org.platformforge.kernel.store.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes records to a syslog receiver, from a thread of its own: requests never wait for it. What does not fit into the
 * queue while the receiver is away is left out and counted; the sequence numbers show the receiver what it has to fetch.
 * Thread-safe.
 */
final class SyslogSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SyslogSender.class);
    private static final int CONNECT_MILLIS = 5000;
    private static final int PAUSE_MILLIS = 1000;
    private static final int POLL_MILLIS = 200;
    private static final int STOP_MILLIS = 3000;
    private static final int LARGEST_DATAGRAM = 60_000;

    private final Syslog target;
    private final BlockingQueue<Supplier<String>> queue;
    private final AtomicLong dropped = new AtomicLong();
    private final Thread worker;
    private volatile boolean closing;
    private volatile boolean complained;
    private Socket socket;
    private DatagramSocket datagrams;

    SyslogSender(Syslog target, int capacity) {
        this.target = target;
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.worker = new Thread(this::work, "forge-audit-syslog");
        worker.setDaemon(true);
        worker.start();
    }

    /** Returns at once. */
    void send(List<ChainedRow> records) {
        records.forEach(record -> offer(() -> SyslogMessage.of(record, target.hostname())));
    }

    /** Returns at once. */
    void send(SignedState state) {
        offer(() -> SyslogMessage.of(state, target.hostname()));
    }

    private void offer(Supplier<String> message) {
        if (closing || !queue.offer(message)) {
            dropped.incrementAndGet();
        }
    }

    long dropped() {
        return dropped.get();
    }

    private void work() {
        byte[] unsent = null;
        try {
            while (!closing || (unsent == null && !queue.isEmpty())) {
                if (unsent == null) {
                    Supplier<String> next = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                    unsent = next == null ? null : next.get().getBytes(StandardCharsets.UTF_8);
                }
                if (unsent != null && deliver(unsent)) {
                    unsent = null;
                } else if (unsent != null && !closing) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    private boolean deliver(byte[] message) {
        try {
            if (target.transport() == Syslog.Transport.UDP) {
                datagram(message);
            } else {
                frame(message);
            }
            if (complained) {
                complained = false;
                LOG.info("Audit records reach the syslog receiver again; {} were left out", dropped.getAndSet(0));
            }
            return true;
        } catch (IOException e) {
            disconnect();
            if (!complained) {
                complained = true;
                LOG.warn("Audit records cannot be pushed to {}:{}: {}", target.host(), target.port(), e.toString());
            }
            return false;
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

    private void frame(byte[] message) throws IOException {
        if (socket == null) {
            Socket fresh = new Socket();
            try {
                fresh.connect(new InetSocketAddress(target.host(), target.port()), CONNECT_MILLIS);
            } catch (IOException e) {
                fresh.close();
                throw e;
            }
            socket = fresh;
        }
        OutputStream out = socket.getOutputStream();
        byte[] length = (message.length + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[length.length + message.length];
        System.arraycopy(length, 0, frame, 0, length.length);
        System.arraycopy(message, 0, frame, length.length, message.length);
        out.write(frame);
        out.flush();
    }

    private void disconnect() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            LOG.debug("The connection to the syslog receiver could not be closed", e);
        }
        socket = null;
        if (datagrams != null) {
            datagrams.close();
            datagrams = null;
        }
    }

    /** Sends what waits, for a few seconds. */
    @Override
    public void close() {
        closing = true;
        try {
            worker.join(STOP_MILLIS);
            worker.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
