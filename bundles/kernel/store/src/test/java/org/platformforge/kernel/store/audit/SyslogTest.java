package org.platformforge.kernel.store.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.store.database.Database;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.json.JsonText;
import org.platformforge.kernel.store.testing.FixedSecrets;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.kernel.store.tx.DatabaseStore;

@Timeout(120)
class SyslogTest {
    private static final Duration WITHIN = Duration.ofSeconds(60);
    /** Longer than a test: what a connection took never counts as pushed, unless the push ends in order. */
    private static final Duration NEVER = Duration.ofHours(1);

    private static final Duration AT_ONCE = Duration.ofMillis(1);
    private static final Pattern SEQUENCE =
            Pattern.compile("\\[(audit|checkpoint)@32473 tenant=\"(\\w+)\" sequence=\"(\\d+)\"");

    private StoreFixture fixture;
    private DatabaseStore store;

    private void open(DatabaseKind kind) {
        fixture = StoreFixture.open(kind);
        store = fixture.storeOf(Database.class);
    }

    @AfterEach
    void close() {
        if (fixture != null) {
            fixture.close();
        }
    }

    private void record(String tenant, int times, String result, String agent) {
        for (int i = 0; i < times; i++) {
            AuditRecord record = new AuditRecord(new SomeCaller(tenant, agent), "note]\"\\", "n", result, Map.of());
            fixture.run(tenant, tx -> fixture.audit().append(tx, record));
        }
    }

    private SyslogPush push(String target, Path certificates, Duration settling) {
        SyslogPush push = new SyslogPush(store, Syslog.parse(target, certificates, "forge.example"), settling);
        push.start();
        return push;
    }

    /** What a receiver sees: {@code audit ten_a 1}. */
    private static String name(String message) {
        Matcher matcher = SEQUENCE.matcher(message);
        assertThat(matcher.find()).as(message).isTrue();
        return matcher.group(1) + ' ' + matcher.group(2) + ' ' + matcher.group(3);
    }

    private static List<String> names(DataInputStream in, int count) throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(name(frame(in)));
        }
        return names;
    }

    private static String frame(DataInputStream in) throws IOException {
        int length = 0;
        for (int c = in.read(); c != ' '; c = in.read()) {
            assertThat(c).as("a digit of the length").isBetween((int) '0', (int) '9');
            length = length * 10 + c - '0';
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static ServerSocket receiver(int port) throws IOException {
        ServerSocket receiver = new ServerSocket(port, 5, InetAddress.getLoopbackAddress());
        receiver.setSoTimeout((int) WITHIN.toMillis());
        return receiver;
    }

    private static DataInputStream accept(ServerSocket receiver) throws IOException {
        Socket connection = receiver.accept();
        connection.setSoTimeout((int) WITHIN.toMillis());
        return new DataInputStream(connection.getInputStream());
    }

    @Test
    void writesMessagesOfRfc5424InDatagrams() throws Exception {
        open(DatabaseKind.DERBY);
        record("ten_a", 1, "success", "agent");
        record("ten_a", 1, "refused", "agent");
        try (DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            receiver.setSoTimeout((int) WITHIN.toMillis());
            try (SyslogPush push = push("udp://127.0.0.1:" + receiver.getLocalPort(), null, AT_ONCE)) {
                assertThat(datagram(receiver))
                        .matches(
                                "<110>1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z forge\\.example platform-forge \\d+"
                                        + " audit \\[audit@32473 tenant=\"ten_a\" sequence=\"1\""
                                        + " action=\"note\\\\]\\\\\"\\\\\\\\\" actor=\"user_1\" result=\"success\""
                                        + " hash=\"[0-9a-f]{64}\" mac=\"[0-9a-f]{64}\"] \\{\"action\":.*,\"v\":1}");
                assertThat(datagram(receiver)).startsWith("<108>1 ");
                assertThat(push.problem()).isNull();
            }
        }
    }

    private static String datagram(DatagramSocket receiver) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        receiver.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void pushesWhatWasRecordedWhileReceiverOrPlatformWasAway(DatabaseKind kind) throws Exception {
        open(kind);
        record("ten_a", 3, "success", "");
        record("ten_b", 1, "success", "");
        int port;
        try (ServerSocket free = receiver(0)) {
            port = free.getLocalPort();
        }
        try (SyslogPush push = push("tcp://127.0.0.1:" + port, null, NEVER)) {
            await().atMost(WITHIN).until(() -> push.problem() != null);
            try (ServerSocket receiver = receiver(port);
                    DataInputStream in = accept(receiver)) {
                assertThat(names(in, 4))
                        .containsExactly("audit ten_a 1", "audit ten_a 2", "audit ten_a 3", "audit ten_b 1");
                await().atMost(WITHIN).until(() -> push.problem() == null);
                record("ten_b", 1, "success", "");
                push.wake();
                assertThat(names(in, 1)).containsExactly("audit ten_b 2");
                push.close();
                assertThat(in.read()).isEqualTo(-1);
            }
        }
        // it ended in order: all of that counts as pushed
        record("ten_b", 1, "success", "");
        try (ServerSocket receiver = receiver(port);
                SyslogPush next = push("tcp://127.0.0.1:" + port, null, NEVER);
                DataInputStream in = accept(receiver)) {
            assertThat(names(in, 1)).containsExactly("audit ten_b 3");
            assertThat(next.problem()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void pushesAgainWhatABrokenConnectionMayHaveLost(DatabaseKind kind) throws Exception {
        open(kind);
        record("ten_a", 2, "success", "");
        try (ServerSocket receiver = receiver(0);
                SyslogPush push = push("tcp://127.0.0.1:" + receiver.getLocalPort(), null, Duration.ofSeconds(1))) {
            try (DataInputStream in = accept(receiver)) {
                assertThat(names(in, 2)).containsExactly("audit ten_a 1", "audit ten_a 2");
                await().atMost(WITHIN).until(() -> pushed("ten_a") == 2);
                record("ten_a", 1, "success", "");
                push.wake();
                assertThat(names(in, 1)).containsExactly("audit ten_a 3");
            }
            // closed at once: the third had no time to count
            record("ten_a", 1, "success", "");
            push.wake();
            try (DataInputStream in = accept(receiver)) {
                List<String> again = names(in, 1);
                if (again.equals(List.of("audit ten_a 3"))) {
                    again = names(in, 1);
                }
                assertThat(again).containsExactly("audit ten_a 4");
            }
        }
    }

    private long pushed(String tenant) {
        return store.call(tenant, tx -> PushTable.backlogs(tx.connection())).stream()
                .mapToLong(backlog -> backlog.pushed().record())
                .findFirst()
                .orElseGet(() -> fixture.auditTrail().verify(tenant).lastSequence());
    }

    @Test
    void pushesSignedStatesBehindWhatTheySign() throws Exception {
        open(DatabaseKind.DERBY);
        try (ServerSocket receiver = receiver(0)) {
            Syslog target = Syslog.parse("tcp://127.0.0.1:" + receiver.getLocalPort(), null, "");
            JdbcAuditLog log = new JdbcAuditLog(store, new JsonText(), new FixedSecrets("test"), 1);
            AuditSettings settings = new AuditSettings(null, Duration.ofHours(1), Duration.ZERO, target);
            AuditKeeper keeper = new AuditKeeper(store, new JsonText(), log, settings);
            keeper.start();
            try {
                AuditRecord record = AuditRecord.success(new SomeCaller("ten_a", ""), "note.create", "n", Map.of());
                fixture.run("ten_a", tx -> log.append(tx, record));
                keeper.signAll();
                fixture.run("ten_a", tx -> log.append(tx, record));
                try (DataInputStream in = accept(receiver)) {
                    List<String> names = names(in, 3);
                    assertThat(names)
                            .containsSubsequence("audit ten_a 1", "checkpoint ten_a 1")
                            .containsSubsequence("audit ten_a 1", "audit ten_a 2");
                }
            } finally {
                keeper.close();
                log.close();
            }
        }
    }

    @Test
    void trustsOnlyReceiversThatHaveTheCertificateAndTheName(@TempDir Path folder) throws Exception {
        open(DatabaseKind.DERBY);
        record("ten_a", 1, "success", "");
        TlsReceiver.Identity own = TlsReceiver.identity(folder, "own", "127.0.0.1");
        TlsReceiver.Identity other = TlsReceiver.identity(folder, "other", "127.0.0.1");
        TlsReceiver.Identity elsewhere = TlsReceiver.identity(folder, "elsewhere", "192.0.2.1");
        assertThat(refused(other, own.certificate())).isTrue();
        assertThat(refused(elsewhere, elsewhere.certificate())).isTrue();
        assertThat(refused(own, null)).isTrue();
        try (ServerSocket receiver = own.receiver();
                SyslogPush push = push("tls://127.0.0.1:" + receiver.getLocalPort(), own.certificate(), NEVER);
                DataInputStream in = accept(receiver)) {
            assertThat(names(in, 1)).containsExactly("audit ten_a 1");
            record("ten_a", 1, "success", "");
            push.wake();
            assertThat(names(in, 1)).containsExactly("audit ten_a 2");
        }
    }

    /** Whether nothing is pushed to a receiver with this identity. */
    private boolean refused(TlsReceiver.Identity identity, Path trusted) throws Exception {
        try (ServerSocket receiver = identity.receiver();
                SyslogPush push = push("tls://127.0.0.1:" + receiver.getLocalPort(), trusted, NEVER);
                DataInputStream in = accept(receiver)) {
            assertThatThrownBy(in::read).isInstanceOf(IOException.class).isNotInstanceOf(SocketTimeoutException.class);
            await().atMost(WITHIN).until(() -> push.problem() != null);
            return push.problem().contains("cannot be pushed");
        }
    }

    @Test
    void readsTargets() {
        assertThat(Syslog.parse("udp://logs.example", null, ""))
                .isEqualTo(new Syslog(Syslog.Transport.UDP, "logs.example", 514, null, ""));
        assertThat(Syslog.parse("TCP://[::1]:6514", null, "n"))
                .isEqualTo(new Syslog(Syslog.Transport.TCP, "::1", 6514, null, "n"));
        assertThat(Syslog.parse("tcp://[::1]", null, "n").port()).isEqualTo(601);
        assertThat(Syslog.parse("tls://logs.example", null, "").port()).isEqualTo(6514);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "logs.example",
                "http://logs.example",
                "udp://",
                "udp://a:0",
                "udp://a:70000",
                "tcp://a b",
                "tls://"
            })
    void refusesOtherTargets(String target) {
        assertThatThrownBy(() -> Syslog.parse(target, null, "")).isInstanceOf(IllegalArgumentException.class);
    }
}
