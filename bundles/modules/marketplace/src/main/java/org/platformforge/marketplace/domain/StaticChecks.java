package org.platformforge.marketplace.domain;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.verifier.ExtensionManifest;
import org.platformforge.extension.verifier.ExtensionVerifier;
import org.platformforge.extension.verifier.Verification;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/**
 * The checks of the extension verifier, the same that authors run on their own machines. A check holds the artifact and what is
 * in it in memory, some 50 MiB at most, so few are made at once. Thread-safe.
 */
@Component(service = ArtifactVerifier.class)
public final class StaticChecks implements ArtifactVerifier {
    private static final int AT_ONCE = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Function<Path, Verification> verifier;
    private final Duration patience;
    private final Semaphore places = new Semaphore(AT_ONCE, true);

    public StaticChecks() {
        this(new ExtensionVerifier()::verify, PATIENCE);
    }

    StaticChecks(Function<Path, Verification> verifier, Duration patience) {
        this.verifier = verifier;
        this.patience = patience;
    }

    /** @throws PlatformException {@code UNAVAILABLE} when others are being checked for too long */
    @Override
    public Verdict artifact(Path file) {
        Verification found;
        enter();
        try {
            found = verifier.apply(file);
        } finally {
            places.release();
        }
        return new Verdict(found.manifest().map(StaticChecks::manifest).orElse(null), findings(found.findings()));
    }

    private void enter() {
        boolean entered = false;
        try {
            entered = places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!entered) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "Too many artifacts are being checked")
                    .withRetryAfter(patience);
        }
    }

    @Override
    public Verdict manifest(Map<String, Object> values) {
        ExtensionManifest.Reading read = ExtensionManifest.of(values);
        Manifest manifest = read.manifest().map(StaticChecks::manifest).orElseGet(() -> new Manifest(values));
        return new Verdict(manifest, findings(read.findings()));
    }

    private static List<Finding> findings(List<org.platformforge.extension.verifier.Finding> found) {
        return found.stream()
                .map(finding -> new Finding(
                        finding.code().toString(),
                        finding.severity() == org.platformforge.extension.verifier.Finding.Severity.ERROR,
                        finding.where(),
                        finding.message()))
                .toList();
    }

    private static Manifest manifest(ExtensionManifest read) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", read.id());
        json.put("name", read.name());
        json.put("version", read.version());
        json.put("description", read.description());
        json.put("category", read.category());
        json.put("license", read.license());
        put(json, "homepage", read.homepage());
        put(json, "changelog", read.changelog());
        json.put(
                "requires",
                Map.of(
                        "api",
                        read.requires().api(),
                        "extensions",
                        read.requires().extensions()));
        Map<String, Object> permissions = new LinkedHashMap<>();
        permissions.put("events", List.copyOf(read.permissions().events()));
        permissions.put("network", List.copyOf(read.permissions().network()));
        permissions.put("unsafe", List.copyOf(read.permissions().unsafe()));
        json.put("permissions", permissions);
        Map<String, Object> indexes = new LinkedHashMap<>();
        read.indexes().forEach((collection, fields) -> indexes.put(collection, new ArrayList<>(fields)));
        json.put("indexes", indexes);
        json.put(
                "limits",
                Map.of(
                        "concurrency",
                        read.limits().concurrency(),
                        "call_seconds",
                        read.limits().callSeconds()));
        json.put("configuration", read.configuration());
        return new Manifest(json);
    }

    private static void put(Map<String, Object> json, String key, String value) {
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }
}
