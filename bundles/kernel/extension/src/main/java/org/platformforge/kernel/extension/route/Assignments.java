package org.platformforge.kernel.extension.route;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.extension.release.Release;
import org.platformforge.kernel.extension.release.Releases;

/** Who is served by what. Reads never block; a change is one write of a value that does not change. Thread-safe. */
public final class Assignments {
    private record Key(String tenantId, String extensionId) {}

    private final Releases releases;
    private final Map<Key, Served> assigned = new ConcurrentHashMap<>();

    /** Releases that are being stopped: nobody is assigned to them any more. */
    private final Set<Release> leaving = ConcurrentHashMap.newKeySet();

    public Assignments(Releases releases) {
        this.releases = releases;
    }

    public synchronized Served assign(String tenantId, String extensionId, ExtensionRuntime.Assignment assignment) {
        Release main = running(extensionId, assignment.sha256());
        boolean withCanary = assignment.canarySha256() != null;
        Release canary = withCanary ? running(extensionId, assignment.canarySha256()) : null;
        ExtensionRuntime.Assigned described = new ExtensionRuntime.Assigned(
                tenantId,
                extensionId,
                assignment.sha256(),
                assignment.canarySha256(),
                withCanary ? Math.max(0, Math.min(100, assignment.canaryPercent())) : 0);
        Key key = new Key(tenantId, extensionId);
        Served before = assigned.get(key);
        Served now = new Served(
                described, main, canary, new TenantSettings(assignment.configuration(), assignment.secrets()), before);
        assigned.put(key, now);
        return now;
    }

    private Release running(String extensionId, String sha256) {
        return releases.find(extensionId, sha256)
                .filter(release -> !leaving.contains(release))
                .orElseThrow(() -> PlatformException.of(
                        ErrorKind.CONFLICT, "The release " + sha256 + " of " + extensionId + " does not run"));
    }

    public synchronized void unassign(String tenantId, String extensionId) {
        Served before = assigned.remove(new Key(tenantId, extensionId));
        if (before != null) {
            before.forget();
        }
    }

    /** Nobody is served any more. */
    public synchronized void clear() {
        assigned.clear();
    }

    /**
     * Makes sure that nobody is assigned to the release, now and from now on, until {@link #left}.
     *
     * @throws PlatformException {@code CONFLICT} while a tenant is
     */
    public synchronized void leave(Release release) {
        long tenants =
                assigned.values().stream().filter(one -> one.serves(release)).count();
        if (tenants > 0) {
            throw PlatformException.of(ErrorKind.CONFLICT, release + " still serves " + tenants + " tenants");
        }
        leaving.add(release);
    }

    public void left(Release release) {
        leaving.remove(release);
    }

    public Optional<ExtensionRouting.Selection> select(String tenantId, String extensionId, String stickiness) {
        return find(tenantId, extensionId).map(one -> one.select(stickiness));
    }

    public Optional<Served> find(String tenantId, String extensionId) {
        return Optional.ofNullable(assigned.get(new Key(tenantId, extensionId)));
    }

    public boolean serves(String tenantId, Release release) {
        return find(tenantId, release.extensionId())
                .filter(one -> one.serves(release))
                .isPresent();
    }

    /** By extension id. */
    public List<Served> of(String tenantId) {
        return assigned.values().stream()
                .filter(one -> one.described().tenantId().equals(tenantId))
                .sorted(Comparator.comparing(one -> one.described().extensionId()))
                .toList();
    }

    public Collection<Served> all() {
        return List.copyOf(assigned.values());
    }

    public List<ExtensionRuntime.Figures> figures(String tenantId, String extensionId) {
        return find(tenantId, extensionId).map(Served::figures).orElse(List.of());
    }

    public Optional<ExtensionRuntime.Health> health(String tenantId, String extensionId) {
        return find(tenantId, extensionId)
                .map(one -> one.health().read(one.main().metrics().read(tenantId)));
    }

    public void count(ExtensionRouting.Selection selection, String tenantId, int status, long nanos) {
        find(tenantId, selection.extensionId()).ifPresent(one -> one.count(selection.sha256(), status, nanos));
    }
}
