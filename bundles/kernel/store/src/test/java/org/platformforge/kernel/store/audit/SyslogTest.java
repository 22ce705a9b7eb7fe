package org.platformforge.kernel.store.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SyslogTest {
    private static final String BEGINNING = "<110>1 2026-01-02T03:04:05.000006Z forge.example platform-forge "
            + ProcessHandle.current().pid() + " audit [audit@32473 tenant=\"ten_a\" sequence=\"1\""
            + " action=\"note\\]\\\"\\\\\" actor=\"user_1\" result=\"success\" hash=\"h1\" mac=\"m1\"] {\"action\":";

    @Test
    void pushesDatagrams() throws Exception {
        try (DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                SyslogSender sender = sender("udp", receiver.getLocalPort())) {
            sender.send(List.of(record(1, "success", 10), record(2, "refused", 100_000)));
            assertThat(datagram(receiver)).startsWith(BEGINNING).endsWith(",\"v\":1}");
            assertThat(datagram(receiver)).startsWith("<108>1 ").hasSize(60_000);
        }
    }

    private static String datagram(DatagramSocket receiver) throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        receiver.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    @Test
    void pushesFramesAndComesBackToAReceiverThatWasAway() throws Exception {
        int port;
        try (ServerSocket receiver = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = receiver.getLocalPort();
        }
        try (SyslogSender sender = sender("tcp", port)) {
            for (int i = 0; i < 10; i++) {
                sender.send(List.of(record(1, "success", 10)));
            }
            // five wait, and one perhaps in the sender's hand
            assertThat(sender.dropped()).isBetween(4L, 5L);
            try (ServerSocket receiver = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                    Socket connection = receiver.accept();
                    DataInputStream in = new DataInputStream(connection.getInputStream())) {
                assertThat(frame(in)).startsWith(BEGINNING).endsWith(",\"v\":1}");
                assertThat(frame(in)).startsWith(BEGINNING).endsWith(",\"v\":1}");
            }
        }
    }

    private static String frame(DataInputStream in) throws Exception {
        int length = 0;
        for (int c = in.read(); c != ' '; c = in.read()) {
            length = length * 10 + c - '0';
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    @Test
    void readsTargets() {
        assertThat(Syslog.parse("udp://logs.example", ""))
                .isEqualTo(new Syslog(Syslog.Transport.UDP, "logs.example", 514, ""));
        assertThat(Syslog.parse("TCP://[::1]:6514", "n")).isEqualTo(new Syslog(Syslog.Transport.TCP, "::1", 6514, "n"));
        assertThat(Syslog.parse("tcp://[::1]", "n").port()).isEqualTo(601);
    }

    @ParameterizedTest
    @ValueSource(strings = {"logs.example", "http://logs.example", "udp://", "udp://a:0", "udp://a:70000", "tcp://a b"})
    void refusesOtherTargets(String target) {
        assertThatThrownBy(() -> Syslog.parse(target, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pushesWhatWaitsWhenItStops() throws Exception {
        try (DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            SyslogSender sender = sender("udp", receiver.getLocalPort());
            sender.send(List.of(record(1, "success", 1), record(1, "success", 1), record(1, "success", 1)));
            sender.close();
            receiver.setSoTimeout(10_000);
            for (int i = 0; i < 3; i++) {
                assertThat(datagram(receiver)).startsWith(BEGINNING);
            }
        }
    }

    private static SyslogSender sender(String transport, int port) {
        return new SyslogSender(Syslog.parse(transport + "://127.0.0.1:" + port, "forge.example"), 5);
    }

    private static ChainedRow record(long sequence, String result, int agent) {
        Row row = new Row(
                "ten_a",
                "log_1",
                Instant.parse("2026-01-02T03:04:05.000006Z"),
                "user_1",
                null,
                "JWT",
                "note]\"\\",
                "n",
                result,
                "req",
                "127.0.0.1",
                "a".repeat(agent),
                "{}");
        return new ChainedRow(row, sequence, "1", Digests.GENESIS, "h" + sequence, "m" + sequence);
    }
}
