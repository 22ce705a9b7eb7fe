package org.platformforge.kernel.security.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.AccessTokens.Claims;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.security.secret.KeyedSecrets;
import org.platformforge.kernel.security.testing.Node;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

@SuppressWarnings("unchecked")
class SigningKeysTest {
    @ParameterizedTest
    @EnumSource
    void theNextKeyIsPublishedBeforeItSignsAndTheFormerVerifiesAfterIt(DatabaseKind kind) throws Exception {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            String before = issue(node);
            assertThat(published(node)).hasSize(2).contains(kid(before));
            String current = kid(before);
            String next = published(node).stream()
                    .filter(id -> !id.equals(current))
                    .findFirst()
                    .orElseThrow();
            node.tokens.rotateKeys();
            String after = issue(node);
            assertThat(kid(after)).isEqualTo(next);
            assertThat(published(node)).hasSize(3).contains(kid(before), kid(after));
            node.bearer(before);
            node.bearer(after);
            node.tokens.rotateKeys();
            assertThat(published(node)).hasSize(4);
            node.bearer(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesWhatEachKeyIsForAndRecordsWhoRotated(DatabaseKind kind) throws Exception {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            String before = kid(issue(node));
            assertThat(node.signingKeys.list())
                    .extracting(SigningKeys.Published::state)
                    .containsExactly(SigningKeys.State.SIGNING, SigningKeys.State.NEXT);

            node.signingKeys.rotate(node.user("platform", "operator"));

            List<SigningKeys.Published> keys = node.signingKeys.list();
            assertThat(keys)
                    .extracting(SigningKeys.Published::state)
                    .containsExactly(SigningKeys.State.FORMER, SigningKeys.State.SIGNING, SigningKeys.State.NEXT);
            assertThat(keys.get(0).kid()).isEqualTo(before);
            assertThat(keys.get(0).verifiesUntil())
                    .isEqualTo(keys.get(1).signsFrom().plus(Duration.ofHours(25)));
            assertThat(keys.get(1).kid()).isEqualTo(kid(issue(node)));
            assertThat(rotationsBy(store, "user_1")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoNodesAgree(DatabaseKind kind) throws Exception {
        try (StoreFixture store = Node.open(kind);
                Node a = new Node(store);
                Node b = new Node(store)) {
            assertThat(kid(issue(a))).isEqualTo(kid(issue(b)));
            b.bearer(issue(a));
            a.tokens.rotateKeys();
            a.tokens.rotateKeys();
            b.bearer(issue(a));
            b.signingKeys.refresh();
            assertThat(published(b)).isEqualTo(published(a));
            assertThat(kid(issue(b))).isEqualTo(kid(issue(a)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyNodesThatStartOrRotateAtOnceEndWithOneKeyRing(DatabaseKind kind) throws Exception {
        List<Node> nodes = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (StoreFixture store = Node.open(kind)) {
            for (int i = 0; i < 8; i++) {
                nodes.add(new Node(store));
            }
            assertThat(all(threads, nodes, node -> kid(issue(node)))).hasSize(1);
            all(threads, nodes, node -> {
                node.tokens.rotateKeys();
                return "";
            });
            nodes.forEach(node -> node.signingKeys.refresh());
            assertThat(all(threads, nodes, node -> kid(issue(node)))).hasSize(1);
            for (Node node : nodes) {
                node.bearer(issue(nodes.get(0)));
            }
            nodes.forEach(Node::close);
        } finally {
            threads.shutdownNow();
        }
    }

    private interface Work {
        String of(Node node) throws Exception;
    }

    private static Set<String> all(ExecutorService threads, List<Node> nodes, Work work) throws Exception {
        List<Callable<String>> calls = new ArrayList<>();
        nodes.forEach(node -> calls.add(() -> work.of(node)));
        Set<String> results = new HashSet<>();
        for (Future<String> future : threads.invokeAll(calls)) {
            results.add(future.get());
        }
        return results;
    }

    @ParameterizedTest
    @EnumSource
    void aSessionRevokedOnOneNodeIsRefusedOnAnotherSoon(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node a = new Node(store);
                Node b = new Node(store)) {
            String token = issue(a);
            b.bearer(token);
            a.tokens.revokeSession("ten_a", "ses_1");
            Awaitility.await().until(() -> refused(b, token));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNodeThatStartsLaterKnowsRevokedSessions(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node a = new Node(store)) {
            String token = issue(a);
            a.tokens.revokeSession("ten_a", "ses_1");
            try (Node late = new Node(store)) {
                Awaitility.await().until(() -> refused(late, token));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void privateKeysAreNotReadableInTheDatabase(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            issue(node);
            List<String> stored = store.call(Store.ALL_TENANTS, tx -> {
                try (var select = tx.connection().prepareStatement("SELECT private_key FROM sec_signing_key");
                        var rows = select.executeQuery()) {
                    List<String> keys = new ArrayList<>();
                    while (rows.next()) {
                        keys.add(rows.getString(1));
                    }
                    return keys;
                }
            });
            assertThat(stored).hasSize(2).allMatch(text -> text.startsWith("v1."));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNodeWithAnotherSecretKeyVerifiesAndSaysWhyItCannotSign(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node a = new Node(store);
                Node stranger = new Node(store, Map.of(), new byte[32])) {
            stranger.signingKeys.refresh();
            a.signingKeys.refresh();
            Node signer = a.signingKeys.problem().isEmpty() ? a : stranger;
            Node other = signer == a ? stranger : a;
            other.bearer(issue(signer));
            assertThatThrownBy(() -> issue(other)).isInstanceOf(PlatformException.class);
            assertThat(other.signingKeys.problem())
                    .hasValueSatisfying(text -> assertThat(text).contains("FORGE_SECRET_KEY"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void timeAloneRotatesAndRemoves(DatabaseKind kind) throws Exception {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            String first = issue(node);
            node.close();
            moveBack(store, Duration.ofDays(91));
            node.signingKeys.refresh();
            assertThat(kid(issue(node))).isNotEqualTo(kid(first));
            assertThat(published(node)).hasSize(3);
            moveBack(store, Duration.ofDays(2));
            node.signingKeys.refresh();
            assertThat(published(node)).hasSize(2).doesNotContain(kid(first));
            assertThat(refused(node, first)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aShorterRotationAppliesToTheKeyThatSignsAlready(DatabaseKind kind) throws Exception {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            String first = issue(node);
            moveBack(store, Duration.ofDays(8));
            node.configure(Map.of("token_key_rotation_days", 7));
            node.signingKeys.refresh();
            assertThat(kid(issue(node))).isNotEqualTo(kid(first));
            node.bearer(first);
        }
    }

    private static void moveBack(StoreFixture store, Duration time) {
        store.run(Store.ALL_TENANTS, tx -> {
            for (SigningKey key : new SigningKeyTable(new KeyedSecrets(List.of(Node.SECRET_KEY)), false).read(tx)) {
                new SigningKeyTable(null, false)
                        .signFrom(tx, key.serial(), key.signsFrom().minus(time));
            }
        });
    }

    private static String issue(Node node) {
        return node.tokens.issue(new Claims("user_7", "ten_a", Set.of("viewer"), "ses_1", List.of("pwd")));
    }

    private static boolean refused(Node node, String token) {
        try {
            node.bearer(token);
            return false;
        } catch (PlatformException e) {
            return true;
        }
    }

    private static String kid(String token) throws Exception {
        return SignedJWT.parse(token).getHeader().getKeyID();
    }

    private static List<String> published(Node node) {
        return ((List<Map<String, Object>>) node.tokens.jwks().get("keys"))
                .stream().map(key -> String.valueOf(key.get("kid"))).toList();
    }

    private static long rotationsBy(StoreFixture store, String actor) {
        return store.call(Store.ALL_TENANTS, tx -> {
            try (var select = tx.connection()
                    .prepareStatement(
                            "SELECT COUNT(*) FROM store_audit WHERE action = 'signing_key.rotate' AND actor = ?")) {
                select.setString(1, actor);
                try (var rows = select.executeQuery()) {
                    rows.next();
                    return rows.getLong(1);
                }
            }
        });
    }
}
