package org.platformforge.auth.domain.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.mail.internet.MimeMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.auth.domain.message.Message.Channel;
import org.platformforge.auth.store.UserEntity;
import org.platformforge.kernel.api.health.HealthCheck.Status;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.security.secret.KeyedSecrets;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

/** Messages on their way: a real mail server, a gateway, a folder, and what happens when none of them is there. */
class DeliveryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path data;

    private MessageConfig config(Map<String, Object> changes) {
        Map<String, Object> all = new HashMap<>(changes);
        all.putIfAbsent("outbox_folder", data.resolve("outbox").toString());
        return (MessageConfig) Proxy.newProxyInstance(
                MessageConfig.class.getClassLoader(),
                new Class<?>[] {MessageConfig.class},
                (proxy, method, arguments) -> all.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    private MessageQueue queue(StoreFixture store) {
        byte[] key = Arrays.copyOf("key".getBytes(StandardCharsets.UTF_8), 32);
        return new MessageQueue(store, new KeyedSecrets(List.of(key)), config(Map.of()));
    }

    private static GreenMail mailServer() {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        return server;
    }

    private MessageConfig smtp(int port) {
        return config(Map.of(
                "mail_host", "127.0.0.1",
                "mail_port", port,
                "mail_security", "none",
                "mail_timeout_seconds", 2,
                "mail_from", "Plattform <forge@example.com>"));
    }

    private static void add(StoreFixture store, MessageQueue queue, Channel channel, String to, String text) {
        store.run("ten_a", tx -> queue.add(tx, "ten_a", channel, to, channel == Channel.SMS ? null : "Grüße", text));
    }

    private static int waiting(StoreFixture store) {
        return store.call(Store.ALL_TENANTS, tx -> {
            try (var statement = tx.connection().createStatement();
                    var row = statement.executeQuery("SELECT COUNT(*) FROM auth_message")) {
                row.next();
                return row.getInt(1);
            }
        });
    }

    /** As if the lease, or the pause before the next try, were over. */
    private static void makeDue(StoreFixture store) {
        store.run(Store.ALL_TENANTS, tx -> {
            try (var statement = tx.connection().createStatement()) {
                statement.executeUpdate("UPDATE auth_message SET due_at = {ts '2001-01-01 00:00:00'}");
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void reachesTheMailServer(DatabaseKind kind) throws Exception {
        GreenMail server = mailServer();
        try (StoreFixture store = StoreFixture.open(kind, UserEntity.class)) {
            MessageQueue queue = queue(store);
            Courier courier =
                    new Courier(queue, new Senders(smtp(server.getSmtp().getPort())));
            courier.run();
            add(store, queue, Channel.EMAIL, "ann@example.com", "Zeile eins\nschöne Zeile zwei\n");
            add(store, queue, Channel.NONE, "nobody@example.com", "never sent");
            await().atMost(PATIENCE).until(() -> waiting(store) == 0);
            courier.stop();

            MimeMessage[] received = server.getReceivedMessages();
            assertThat(received).hasSize(1);
            assertThat(received[0].getSubject()).isEqualTo("Grüße");
            assertThat(received[0].getContent().toString().replace("\r", ""))
                    .startsWith("Zeile eins\nschöne Zeile zwei");
            assertThat(received[0].getAllRecipients()[0]).hasToString("ann@example.com");
            assertThat(received[0].getMessageID()).startsWith("<msg_");
        } finally {
            server.stop();
        }
    }

    /** The server accepts connections and says nothing: whoever adds a message is not held up, and nothing is lost. */
    @ParameterizedTest
    @EnumSource
    void waitsForAMailServerThatIsSilentOrAway(DatabaseKind kind) throws Exception {
        try (StoreFixture store = StoreFixture.open(kind, UserEntity.class);
                ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            MessageQueue queue = queue(store);
            Senders senders = new Senders(smtp(silent.getLocalPort()));
            Courier courier = new Courier(queue, senders);
            courier.run();
            add(store, queue, Channel.EMAIL, "ann@example.com", "text");
            await().atMost(PATIENCE).until(() -> attempts(store) == 1 && isPaused(store));
            assertThat(waiting(store)).isOne();
            assertThat(senders.check().status()).isEqualTo(Status.DEGRADED);
            assertThat(senders.check().message()).contains("mail server");

            GreenMail server = mailServer();
            try {
                senders.modified(smtp(server.getSmtp().getPort()));
                makeDue(store);
                courier.run();
                await().atMost(PATIENCE).until(() -> waiting(store) == 0);
                assertThat(server.getReceivedMessages()).hasSize(1);
                assertThat(senders.check().status()).isNotEqualTo(Status.DEGRADED);
            } finally {
                courier.stop();
                server.stop();
            }
        }
    }

    /** As a module generation that is only tried, and is never run. */
    @Test
    void carriesNothingBeforeItsModuleActs() throws Exception {
        try (StoreFixture store = StoreFixture.open(DatabaseKind.DERBY, UserEntity.class)) {
            MessageQueue queue = queue(store);
            Courier courier = new Courier(queue, new Senders(config(Map.of())));
            add(store, queue, Channel.EMAIL, "ann@example.com", "text");
            courier.stop(); // waits for whatever it would have begun
            assertThat(waiting(store)).isOne();
            assertThat(attempts(store)).isZero();

            Courier successor = new Courier(queue, new Senders(config(Map.of())));
            successor.run();
            await().atMost(PATIENCE).until(() -> waiting(store) == 0);
            successor.stop();
        }
    }

    private static int attempts(StoreFixture store) {
        return store.call(Store.ALL_TENANTS, tx -> {
            try (var statement = tx.connection().createStatement();
                    var row = statement.executeQuery("SELECT attempts FROM auth_message")) {
                return row.next() ? row.getInt(1) : -1;
            }
        });
    }

    /** The failure was noted: it is due again before a lease would be over. */
    private static boolean isPaused(StoreFixture store) {
        return store.call(Store.ALL_TENANTS, tx -> {
            try (var statement = tx.connection().createStatement();
                    var row = statement.executeQuery("SELECT due_at, created_at FROM auth_message")) {
                row.next();
                Duration left = Duration.between(
                        row.getTimestamp(2).toInstant(), row.getTimestamp(1).toInstant());
                return left.compareTo(MessageQueue.LEASE) < 0;
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void sendsAgainWhatACrashedNodeHadTakenUp(DatabaseKind kind) throws Exception {
        try (StoreFixture store = StoreFixture.open(kind, UserEntity.class)) {
            MessageQueue queue = queue(store);
            add(store, queue, Channel.EMAIL, "ann@example.com", "text");
            assertThat(queue.claim()).isPresent();
            assertThat(queue.claim()).isEmpty();
            makeDue(store);
            assertThat(queue.claim()).hasValueSatisfying(again -> {
                assertThat(again.attempts()).isEqualTo(2);
                assertThat(again.message().text()).isEqualTo("text");
                queue.done(again);
            });
            assertThat(waiting(store)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isGivenUpAfterItsTimeAndNeverWasAfterARollback(DatabaseKind kind) {
        try (StoreFixture store = StoreFixture.open(kind, UserEntity.class)) {
            MessageQueue queue = queue(store);
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> store.run("ten_a", tx -> {
                        queue.add(tx, "ten_a", Channel.EMAIL, "ann@example.com", "s", "t");
                        throw new IllegalStateException("no");
                    }));
            assertThat(waiting(store)).isZero();

            add(store, queue, Channel.EMAIL, "ann@example.com", "secret text");
            assertThat(content(store)).doesNotContain("secret", "ann@example.com");
            store.run(Store.ALL_TENANTS, tx -> {
                try (var statement = tx.connection().createStatement()) {
                    statement.executeUpdate("UPDATE auth_message SET expires_at = {ts '2001-01-01 00:00:00'}");
                }
            });
            assertThat(queue.retry(queue.claim().orElseThrow())).isFalse();
            assertThat(waiting(store)).isZero();
        }
    }

    private static String content(StoreFixture store) {
        return store.call(Store.ALL_TENANTS, tx -> {
            try (var statement = tx.connection().createStatement();
                    var row = statement.executeQuery("SELECT content FROM auth_message")) {
                row.next();
                return row.getString(1);
            }
        });
    }

    @Test
    void goesToAFolderWhenNobodyIsConfigured() throws Exception {
        Senders senders = new Senders(config(Map.of()));
        assertThat(senders.check().status()).isEqualTo(Status.NOT_CONFIGURED);
        assertThat(senders.check().message()).contains("E-mail and SMS").contains("outbox");
        senders.of(Channel.EMAIL).send(new Message("msg_1", Channel.EMAIL, "ann@example.com", "Hello", "Text"));
        Path file = data.resolve("outbox/msg_1.txt");
        assertThat(file).hasContent("To: ann@example.com\nSubject: Hello\n\nText");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(data.resolve("outbox"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void reachesTheSmsGateway() throws Exception {
        List<String> requests = new CopyOnWriteArrayList<>();
        HttpServer gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestHeaders().getFirst("Authorization") + ' ' + body);
            int status = body.contains("+490") ? 422 : body.contains("+491") ? 503 : 202;
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        gateway.start();
        try {
            String url = "http://127.0.0.1:" + gateway.getAddress().getPort() + "/sms";
            Sender sender =
                    new Senders(config(Map.of("sms_url", url, "sms_token", "t", "sms_from", "Forge"))).of(Channel.SMS);
            sender.send(sms("+12025550123"));
            assertThat(requests)
                    .containsExactly(
                            "Bearer t {\"id\":\"msg_1\",\"to\":\"+12025550123\",\"from\":\"Forge\",\"text\":\"123456\"}");
            assertThatExceptionOfType(DeliveryException.class)
                    .isThrownBy(() -> sender.send(sms("+490")))
                    .satisfies(e -> assertThat(e.permanent()).isTrue());
            assertThatExceptionOfType(DeliveryException.class)
                    .isThrownBy(() -> sender.send(sms("+491")))
                    .satisfies(e -> assertThat(e.permanent()).isFalse());
        } finally {
            gateway.stop(0);
        }
    }

    private static Message sms(String to) {
        return new Message("msg_1", Channel.SMS, to, null, "123456");
    }

    @Test
    void pausesLongerAndLongerBetweenTries() {
        assertThat(MessageQueue.pause(1)).isEqualTo(Duration.ofSeconds(15));
        assertThat(MessageQueue.pause(4)).isEqualTo(Duration.ofMinutes(2));
        assertThat(MessageQueue.pause(1000)).isEqualTo(Duration.ofHours(1));
    }
}
