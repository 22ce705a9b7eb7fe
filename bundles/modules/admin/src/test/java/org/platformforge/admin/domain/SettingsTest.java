package org.platformforge.admin.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.platformforge.admin.domain.SettingsState.Effective;
import org.platformforge.admin.store.SettingsVersion;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.AuditTrail.Entry;
import org.platformforge.kernel.api.store.AuditTrail.Filter;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.kernel.store.testing.TestCaller;

class SettingsTest {
    private static final Caller OPERATOR = TestCaller.OPERATOR;
    private static final Caller ADMIN = TestCaller.ALICE;

    private StoreFixture store;
    private Node node;

    /** What one node's processes share. */
    private static final class Node {
        final Map<String, Dictionary<String, Object>> configurations = new ConcurrentHashMap<>();
        final SettingsState state;
        final SettingsService service;

        Node(StoreFixture store) {
            configurations.put("org.platformforge.auth", new Hashtable<>(Map.of("registration.enabled", "false")));
            state = new SettingsState(store, admin());
            service = new SettingsService(store, state, store.audit(), store.outbox());
        }

        private ConfigurationAdmin admin() {
            return (ConfigurationAdmin) Proxy.newProxyInstance(
                    ConfigurationAdmin.class.getClassLoader(),
                    new Class<?>[] {ConfigurationAdmin.class},
                    (proxy, method, arguments) -> configuration((String) arguments[0]));
        }

        private Configuration configuration(String pid) {
            return (Configuration) Proxy.newProxyInstance(
                    Configuration.class.getClassLoader(),
                    new Class<?>[] {Configuration.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("getProperties")) {
                            return configurations.get(pid);
                        }
                        @SuppressWarnings("unchecked")
                        Dictionary<String, Object> update = (Dictionary<String, Object>) arguments[0];
                        configurations.put(pid, update);
                        return null;
                    });
        }

        Map<String, Object> inForce() {
            Dictionary<String, Object> properties = configurations.get(SettingsState.PID);
            Map<String, Object> copy = new HashMap<>();
            Collections.list(properties.keys()).forEach(key -> copy.put(key, properties.get(key)));
            return copy;
        }
    }

    private void open(DatabaseKind kind) {
        store = StoreFixture.open(kind, SettingsState.class);
        node = new Node(store);
    }

    @AfterEach
    void close() throws InterruptedException {
        node.state.stop();
        store.close();
    }

    @ParameterizedTest
    @EnumSource
    void putsWhatIsSetInForceOnEveryNode(DatabaseKind kind) throws InterruptedException {
        open(kind);
        Node other = new Node(store);
        node.service.update(OPERATOR, Map.of("maintenance_mode", true, "session_timeout", 3600), null, null);
        assertThat(node.inForce())
                .containsEntry("maintenance.mode", true)
                .containsEntry("session.timeout.seconds", 3600L)
                .doesNotContainKey("registration.enabled");
        await().atMost(Duration.ofSeconds(30)).until(() -> other.inForce().containsKey("maintenance.mode"));
        node.service.update(ADMIN, Map.of("session_timeout", 600, "mfa_required", true), null, null);
        assertThat(node.inForce())
                .containsEntry("session.timeout.seconds.tenants", "ten_a=600")
                .containsEntry("mfa.required.tenants", "ten_a=true");
        node.service.update(OPERATOR, Collections.singletonMap("maintenance_mode", null), null, null);
        assertThat(node.inForce()).doesNotContainKey("maintenance.mode");
        await().atMost(Duration.ofSeconds(30)).until(() -> !other.inForce().containsKey("maintenance.mode"));
        Node later = new Node(store);
        assertThat(later.inForce()).isEqualTo(node.inForce());
        later.state.stop();
        other.state.stop();
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhereEachValueComesFrom(DatabaseKind kind) {
        open(kind);
        assertThat(node.service.effective(ADMIN))
                .containsEntry(Setting.MAINTENANCE_MODE, new Effective(false, "default"))
                .containsEntry(Setting.REGISTRATION_ENABLED, new Effective(false, "file"));
        node.service.update(OPERATOR, Map.of("registration_enabled", true, "session_timeout", 900), null, null);
        node.service.update(ADMIN, Map.of("session_timeout", 600), null, null);
        assertThat(node.service.effective(ADMIN))
                .containsEntry(Setting.REGISTRATION_ENABLED, new Effective(true, "platform"))
                .containsEntry(Setting.SESSION_TIMEOUT, new Effective(600L, "tenant"));
        assertThat(node.service.effective(OPERATOR))
                .containsEntry(Setting.SESSION_TIMEOUT, new Effective(900L, "platform"));
        node.service.update(OPERATOR, Map.of("session_timeout", 300), null, null);
        assertThat(node.service.effective(ADMIN))
                .containsEntry(Setting.SESSION_TIMEOUT, new Effective(300L, "platform"));
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatATenantMayNotSetOrWhatMakesNoSense(DatabaseKind kind) {
        open(kind);
        node.service.update(OPERATOR, Map.of("mfa_required", true, "session_timeout", 900), null, null);
        Map<String, Object> wrong = new HashMap<>();
        wrong.put("maintenance_mode", true);
        wrong.put("registration_enabled", false);
        wrong.put("mfa_required", false);
        wrong.put("session_timeout", 1000);
        wrong.put("tenant_id", "ten_b");
        assertThat(refused(ErrorKind.FORBIDDEN, () -> node.service.update(ADMIN, wrong, null, null)))
                .hasMessageEndingWith(": maintenance_mode, registration_enabled");
        wrong.keySet().removeAll(List.of("maintenance_mode", "registration_enabled"));
        assertThat(refused(ErrorKind.VALIDATION, () -> node.service.update(ADMIN, wrong, null, null))
                        .fields())
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder("settings.mfa_required", "settings.session_timeout", "settings.tenant_id");
        for (Object value : List.of(59, 31_536_001, -1, 1.5, "600", true, List.of(), Map.of(), 1e300)) {
            refused(
                    ErrorKind.VALIDATION,
                    () -> node.service.update(OPERATOR, Map.of("session_timeout", value), null, null));
        }
        for (Object value : List.of("true", 1, List.of())) {
            refused(
                    ErrorKind.VALIDATION,
                    () -> node.service.update(OPERATOR, Map.of("maintenance_mode", value), null, null));
        }
        refused(ErrorKind.VALIDATION, () -> node.service.update(OPERATOR, Map.of("mfa_required", true), null, "a\nb"));
        assertThat(node.service.current(ADMIN).version()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void keepsEveryVersionAndGoesBackToOne(DatabaseKind kind) {
        open(kind);
        SettingsVersion first = node.service.update(OPERATOR, Map.of("session_timeout", 900), 0L, "shorter");
        SettingsVersion second =
                node.service.update(OPERATOR, Map.of("session_timeout", 600, "mfa_required", true), 1L, null);
        assertThat(node.service.update(OPERATOR, Map.of("mfa_required", true, "session_timeout", 600), null, null))
                .isEqualTo(second);
        assertThat(refused(
                                ErrorKind.PRECONDITION_FAILED,
                                () -> node.service.update(OPERATOR, Map.of("session_timeout", 700), 1L, null))
                        .details())
                .containsEntry("version", 2L);
        assertThat(node.service.diff(OPERATOR, 1, 2))
                .containsExactly(
                        new SettingsService.Difference("mfa_required", null, true),
                        new SettingsService.Difference("session_timeout", 900L, 600L));
        SettingsVersion back = node.service.rollback(OPERATOR, first.version(), 2L);
        assertThat(back.version()).isEqualTo(3);
        assertThat(node.inForce())
                .containsEntry("session.timeout.seconds", 900L)
                .doesNotContainKey("mfa.required");
        assertThat(node.service.versions(OPERATOR, PageRequest.first(2)).items())
                .extracting(SettingsVersion::version)
                .containsExactly(3L, 2L);
        assertThat(node.service.versions(OPERATOR, new PageRequest(2, 0, "2")).items())
                .extracting(SettingsVersion::remark)
                .containsExactly("shorter");
        refused(ErrorKind.NOT_FOUND, () -> node.service.rollback(OPERATOR, 9, null));
        refused(ErrorKind.NOT_FOUND, () -> node.service.version(ADMIN, 1));
        assertThat(node.service.rollback(OPERATOR, 0, null).values()).isEmpty();

        Entry[] record = new Entry[1];
        store.auditTrail()
                .read("platform", new Filter(null, "config.update", null, null, true), entry -> record[0] = entry);
        assertThat(record[0].canonical()).contains("\"session_timeout\":{\"after\":null,\"before\":900}");
    }

    @ParameterizedTest
    @EnumSource
    void losesNoneOfTheChangesOfManyAtOnce(DatabaseKind kind) throws Exception {
        open(kind);
        ExecutorService pool = Executors.newFixedThreadPool(6);
        try {
            List<Callable<Long>> changes = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                Map<String, Object> change = Map.of("session_timeout", 900 + i);
                changes.add(
                        () -> node.service.update(OPERATOR, change, null, null).version());
            }
            List<Long> versions = new ArrayList<>();
            for (Future<Long> changed : pool.invokeAll(changes)) {
                versions.add(changed.get());
            }
            assertThat(versions).doesNotHaveDuplicates().hasSize(12);
        } finally {
            pool.shutdownNow();
        }
    }

    private static PlatformException refused(
            ErrorKind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        PlatformException[] thrown = new PlatformException[1];
        assertThatExceptionOfType(PlatformException.class).isThrownBy(call).satisfies(e -> thrown[0] = e);
        assertThat(thrown[0].kind()).isEqualTo(kind);
        return thrown[0];
    }
}
