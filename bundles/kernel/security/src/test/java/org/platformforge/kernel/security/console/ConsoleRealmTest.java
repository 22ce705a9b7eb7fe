package org.platformforge.kernel.security.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.LoginException;
import org.apache.karaf.jaas.boot.ProxyLoginModule;
import org.apache.karaf.jaas.boot.principal.ClientPrincipal;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.jaas.modules.publickey.PublickeyCallback;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.PasswordAuthenticator;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.security.config.DataFolder;
import org.platformforge.kernel.security.limit.TestLimiter;

class ConsoleRealmTest {
    private static final char[] PASSWORD = "correct horse".toCharArray();
    private static final Map<String, String> WRONG =
            Map.of("method", "password", "reason", "The e-mail address, the password or the code is wrong");

    @TempDir
    Path data;

    private final Map<String, Runnable> suspensions = new HashMap<>();
    private final List<AuditRecord> records = new ArrayList<>();
    private final ConsoleTrail trail = new ConsoleTrail();
    private ConsoleRealm realm;
    private int port = 40_000;

    @BeforeEach
    void open() {
        trail.audit = new AuditLog() {
            @Override
            public void append(Transaction tx, AuditRecord record) {
                records.add(record);
            }

            @Override
            public void refused(AuditRecord record) {
                records.add(record);
            }
        };
        trail.store = new Store() {
            @Override
            public <T> T call(String tenantId, Work<T> work) {
                try {
                    return work.apply(null);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public String databaseKind() {
                return "derby";
            }
        };
        realm = new ConsoleRealm(
                "42",
                new DataFolder(data),
                TestLimiter.open(data),
                new OpenShells((user, action) -> {
                    suspensions.put(user, action);
                    return () -> {};
                }),
                trail);
    }

    @Test
    void standsInForKarafsOwnRealm() {
        assertThat(realm.getName()).isEqualTo("karaf");
        assertThat(realm.getRank()).isPositive();
        for (AppConfigurationEntry entry : realm.getEntries()) {
            assertThat(entry.getLoginModuleName()).isEqualTo(ProxyLoginModule.class.getName());
            assertThat(entry.getControlFlag()).isEqualTo(LoginModuleControlFlag.SUFFICIENT);
            assertThat((Object) entry.getOptions().get(ProxyLoginModule.PROPERTY_BUNDLE))
                    .isEqualTo("42");
            assertThat((Object) entry.getOptions().get(ConsoleRealm.USERS)).isSameAs(realm);
        }
        assertThat(realm.getEntries())
                .extracting(entry -> (Object) entry.getOptions().get(ProxyLoginModule.PROPERTY_MODULE))
                .containsExactly(
                        "org.platformforge.kernel.security.console.KeyLoginModule",
                        "org.platformforge.kernel.security.console.PasswordLoginModule");
    }

    @Test
    void anOperatorGetsInWithThePasswordAndHasTheConsolesRoles() throws LoginException {
        realm.bindPasswords(authenticator("platform", Set.of("operator")));
        Subject subject = login(new PasswordLoginModule(), password("ops@example.org", PASSWORD));
        assertThat(subject.getPrincipals(UserPrincipal.class))
                .extracting(Principal::getName)
                .containsExactly("ops@example.org");
        assertThat(subject.getPrincipals(RolePrincipal.class))
                .extracting(Principal::getName)
                .contains("admin", "ssh", "group");
    }

    @Test
    void aSuspendedOperatorLosesTheRolesOfEveryOpenConsole() throws LoginException {
        realm.bindPasswords(authenticator("platform", Set.of("operator")));
        Subject first = login(new PasswordLoginModule(), password("ops@example.org", PASSWORD));
        Subject second = login(new PasswordLoginModule(), password("ops@example.org", PASSWORD));
        assertThat(suspensions).hasSize(1);
        suspensions.values().iterator().next().run();
        for (Subject subject : new Subject[] {first, second}) {
            assertThat(subject.getPrincipals(RolePrincipal.class)).isEmpty();
            assertThat(subject.getPrincipals(UserPrincipal.class)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"platform, admin", "platform, viewer", "ten_a, operator", "ten_a, admin"})
    void nobodyElseGetsInWithTheRightPassword(String tenant, String role) {
        realm.bindPasswords(authenticator(tenant, Set.of(role)));
        refused(new PasswordLoginModule(), password("ops@example.org", PASSWORD));
    }

    @Test
    void aWrongPasswordAnUnknownUserAndNoAuthenticatorAreRefused() {
        refused(new PasswordLoginModule(), password("ops@example.org", PASSWORD));
        PasswordAuthenticator authenticator = authenticator("platform", Set.of("operator"));
        realm.bindPasswords(authenticator);
        refused(new PasswordLoginModule(), password("ops@example.org", "wrong".toCharArray()));
        refused(new PasswordLoginModule(), password("karaf", "karaf".toCharArray()));
        refused(new PasswordLoginModule(), password("forge-local", "".toCharArray()));
        refused(new PasswordLoginModule(), password("ops@example.org", null));
        realm.unbindPasswords(authenticator);
        refused(new PasswordLoginModule(), password("ops@example.org", PASSWORD));
    }

    @Test
    void guessingIsSlowedDown() throws LoginException {
        realm.bindPasswords(authenticator("platform", Set.of("operator")));
        login(new PasswordLoginModule(), password("ops@example.org", PASSWORD));
        for (int i = 0; i < 19; i++) {
            refused(new PasswordLoginModule(), password("ops@example.org", "wrong".toCharArray()));
        }
        refused(new PasswordLoginModule(), password("ops@example.org", PASSWORD));
    }

    @Test
    void theSuccessorOfASwappedModuleIsAsked() throws LoginException {
        PasswordAuthenticator old = authenticator("ten_a", Set.of());
        realm.bindPasswords(old);
        realm.bindPasswords(authenticator("platform", Set.of("operator")));
        realm.unbindPasswords(old);
        login(new PasswordLoginModule(), password("ops@example.org", PASSWORD));
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/console/public-keys.csv", delimiter = '|', useHeadersInDisplayName = true)
    void theLocalUserGetsInWithTheKeyInTheFile(String algorithm, String openSsh, String x509) throws Exception {
        PublicKey key = KeyFactory.getInstance(algorithm)
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(x509)));
        write("# comment\nssh-rsa AAAA other\n" + openSsh + " test\n");
        login(new KeyLoginModule(), key("forge-local", key));
        refused(new KeyLoginModule(), key("karaf", key));
        refused(new KeyLoginModule(), key("forge-local", another(algorithm)));
        write("-----BEGIN PUBLIC KEY-----\n" + x509.replaceAll("(.{64})", "$1\n") + "\n-----END PUBLIC KEY-----\n");
        login(new KeyLoginModule(), key("forge-local", key));
        refused(new KeyLoginModule(), key("forge-local", another(algorithm)));
        write(openSsh.substring(0, openSsh.length() - 4));
        refused(new KeyLoginModule(), key("forge-local", key));
    }

    @Test
    void withoutAFileNoKeyGetsIn() throws Exception {
        refused(new KeyLoginModule(), key("forge-local", another("EC")));
        refused(new KeyLoginModule(), key("forge-local", null));
        write("");
        refused(new KeyLoginModule(), key("forge-local", another("EC")));
    }

    @Test
    void aFileThatOthersMayWriteIsNotTrusted() throws Exception {
        PublicKey key = another("EC");
        write("-----BEGIN PUBLIC KEY-----\n" + Base64.getEncoder().encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n");
        login(new KeyLoginModule(), key("forge-local", key));
        Files.setPosixFilePermissions(
                data.resolve("shell/authorized_key.pub"), PosixFilePermissions.fromString("rw-rw-r--"));
        refused(new KeyLoginModule(), key("forge-local", key));
    }

    @Test
    void loggingOutTakesTheRolesAway() throws Exception {
        realm.bindPasswords(authenticator("platform", Set.of("operator")));
        PasswordLoginModule module = new PasswordLoginModule();
        Subject subject = login(module, password("ops@example.org", PASSWORD));
        module.logout();
        assertThat(subject.getPrincipals()).allMatch(ClientPrincipal.class::isInstance);
    }

    private void write(String text) throws IOException {
        Path file = data.resolve("shell/authorized_key.pub");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static PublicKey another(String algorithm) throws Exception {
        return KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPublic();
    }

    private static PasswordAuthenticator authenticator(String tenant, Set<String> roles) {
        return (client, email, password) -> email.equals("ops@example.org") && Arrays.equals(password, PASSWORD)
                ? Optional.of(new PasswordAuthenticator.Principal("user_1", tenant, email, roles))
                : Optional.empty();
    }

    private Subject login(ConsoleLoginModule module, CallbackHandler handler) throws LoginException {
        Subject subject = new Subject();
        subject.getPrincipals().add(new ClientPrincipal("ssh", "/192.0.2.7:" + port));
        module.initialize(subject, handler, Map.of(), Map.of(ConsoleRealm.USERS, realm));
        module.login();
        assertThat(module.commit()).isTrue();
        return subject;
    }

    private void refused(ConsoleLoginModule module, CallbackHandler handler) {
        Subject subject = new Subject();
        subject.getPrincipals().add(new ClientPrincipal("ssh", "/192.0.2.7:" + port));
        module.initialize(subject, handler, Map.of(), Map.of(ConsoleRealm.USERS, realm));
        assertThatThrownBy(module::login).isInstanceOf(LoginException.class);
        assertThat(module.commit()).isFalse();
        assertThat(subject.getPrincipals()).allMatch(ClientPrincipal.class::isInstance);
    }

    @Test
    void everyPasswordLeavesOneRecord() throws LoginException {
        realm.bindPasswords(authenticator("platform", Set.of("operator")));
        login(new PasswordLoginModule(), password("ops@example.org", PASSWORD));
        recorded("success", "ops@example.org", "ops@example.org", Map.of("method", "password"));
        refused(new PasswordLoginModule(), password("ops@example.org", "wrong".toCharArray()));
        recorded("refused", "anonymous", "ops@example.org", WRONG);
        refused(new PasswordLoginModule(), password("correct horse", "ops".toCharArray()));
        recorded("refused", "anonymous", "", WRONG);
        realm.bindPasswords(authenticator("ten_a", Set.of("operator")));
        refused(new PasswordLoginModule(), password("ops@example.org", PASSWORD));
        recorded(
                "refused",
                "anonymous",
                "ops@example.org",
                Map.of("method", "password", "reason", "Not an operator of the platform"));
    }

    @Test
    void theRightPasswordIsRefusedAndRecordedWhileTheAccountHasToWait() {
        realm.bindPasswords((client, email, password) -> {
            assertThat(client.remoteAddress()).isEqualTo("192.0.2.7");
            throw PlatformException.of(ErrorKind.RATE_LIMITED, "Too many failed sign-ins");
        });
        refused(new PasswordLoginModule(), password("ops@example.org", PASSWORD));
        recorded(
                "refused",
                "anonymous",
                "ops@example.org",
                Map.of("method", "password", "reason", "Too many failed sign-ins"));
    }

    @Test
    void aKeyLeavesOneRecordForEachConnection() throws Exception {
        PublicKey key = another("EC");
        write("-----BEGIN PUBLIC KEY-----\n" + Base64.getEncoder().encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n");
        for (port = 40_001; port < 40_003; port++) {
            login(new KeyLoginModule(), key("forge-local", key));
            recorded("success", "forge-local", "forge-local", Map.of("method", "public_key"));
            login(new KeyLoginModule(), key("forge-local", key));
            assertThat(records).as("asked, then signed").isEmpty();
        }
        refused(new KeyLoginModule(), key("forge-local", another("EC")));
        recorded(
                "refused",
                "anonymous",
                "forge-local",
                Map.of("method", "public_key", "reason", "The key is not the installation's"));
        refused(new KeyLoginModule(), key("ops@example.org", key));
        assertThat(records).as("the password comes next").isEmpty();
    }

    @Test
    void theLocalUserGetsInWhileTheStoreIsAway() throws Exception {
        PublicKey key = another("EC");
        write("-----BEGIN PUBLIC KEY-----\n" + Base64.getEncoder().encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n");
        trail.store = null;
        login(new KeyLoginModule(), key("forge-local", key));
        trail.audit = null;
        refused(new KeyLoginModule(), key("forge-local", another("EC")));
        assertThat(records).isEmpty();
    }

    private void recorded(String result, String actor, String target, Map<String, ?> details) {
        assertThat(records).singleElement().satisfies(record -> {
            assertThat(record.action()).isEqualTo("console.login");
            assertThat(record.result()).isEqualTo(result);
            assertThat(record.actor().subject()).isEqualTo(actor);
            assertThat(record.actor().remoteAddress()).isEqualTo("192.0.2.7");
            assertThat(record.target()).isEqualTo(target);
            assertThat(record.details()).isEqualTo(details);
        });
        records.clear();
    }

    /** As Karaf's SSH server answers a password login: it knows no other callbacks. */
    private static CallbackHandler password(String user, char[] password) {
        return callbacks -> {
            for (Callback callback : callbacks) {
                if (callback instanceof NameCallback name) {
                    name.setName(user);
                } else if (callback instanceof PasswordCallback wanted) {
                    wanted.setPassword(password == null ? null : password.clone());
                } else {
                    throw new UnsupportedCallbackException(callback);
                }
            }
        };
    }

    private static CallbackHandler key(String user, PublicKey key) {
        return callbacks -> {
            for (Callback callback : callbacks) {
                if (callback instanceof NameCallback name) {
                    name.setName(user);
                } else if (callback instanceof PublickeyCallback wanted) {
                    wanted.setPublicKey(key);
                } else {
                    throw new UnsupportedCallbackException(callback);
                }
            }
        };
    }

    @Test
    void eachWayInLeavesTheOthersClientsToTheOther() throws Exception {
        realm.bindPasswords(authenticator("platform", Set.of("operator")));
        refused(new KeyLoginModule(), password("ops@example.org", PASSWORD));
        refused(new PasswordLoginModule(), key("forge-local", another("EC")));
    }
}
