package org.platformforge.marketplace.domain;

import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.marketplace.testing.TestPlatform.manifest;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.marketplace.testing.TestPlatform;

/** The module on the real store and the real operations of either database. */
abstract class MarketplaceContract {
    static final String ID = "acme.notes";

    private final DatabaseKind kind;

    @TempDir
    Path data;

    TestPlatform platform;

    MarketplaceContract(DatabaseKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void start() {
        platform = new TestPlatform(kind, data);
        platform.acme();
    }

    @AfterEach
    void stop() {
        platform.runtime.onStart = release -> {};
        platform.close();
    }

    final void publish(String... versions) {
        for (String version : versions) {
            platform.publish(manifest(ID, version));
        }
    }

    final String serving(String tenant) {
        return platform.runtime.serving(tenant, ID);
    }

    final void awaitAction(String action) {
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(20))
                .until(() -> platform.reader
                        .detail(ALICE, ID)
                        .history()
                        .get(0)
                        .action()
                        .equals(action));
    }

    static List<String> codes(PlatformException refusal) {
        return ((List<?>) refusal.details().get("problems"))
                .stream()
                        .map(problem -> (String) ((Map<?, ?>) problem).get("code"))
                        .toList();
    }

    static PlatformException refused(ThrowingCallable work) {
        return catchThrowableOfType(PlatformException.class, work);
    }
}
