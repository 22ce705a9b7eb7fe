package org.platformforge.catalog.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.CanaryStage;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Resources.Seen;
import org.platformforge.kernel.api.delivery.Resources.Usage;
import org.platformforge.kernel.api.jobs.Operation;

/** Whatever is deployed runs at once, and is remembered. */
final class FakeDelivery implements Delivery {
    final List<DeployRequest> requests = new ArrayList<>();
    final Map<String, Release> current = new LinkedHashMap<>();
    PlatformException refusal;
    int down;
    int restarts;

    private static String key(String tenant, String service, String environment) {
        return tenant + "/" + service + "/" + environment;
    }

    @Override
    public Release deploy(Caller caller, DeployRequest request) {
        if (refusal != null) {
            throw refusal;
        }
        requests.add(request);
        Release release = new Release(
                "rel-" + requests.size(),
                caller.tenantId(),
                request.service(),
                request.environment(),
                requests.size(),
                request.version(),
                request.source().repository(),
                request.source().ref(),
                null,
                null,
                request.build(),
                request.run().withoutSecrets(),
                request.scale(),
                request.rollout(),
                Release.Status.ACTIVE,
                null,
                "op-1",
                null,
                caller.subject(),
                Instant.EPOCH,
                null);
        current.put(key(caller.tenantId(), request.service(), request.environment()), release);
        return release;
    }

    @Override
    public Release rollback(Caller caller, String service, String environment, Integer number) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<String> returnable(String tenantId, Collection<Release> releases) {
        return Set.of();
    }

    @Override
    public Optional<Release> find(String tenantId, String releaseId) {
        return current.values().stream()
                .filter(release ->
                        release.id().equals(releaseId) && release.tenantId().equals(tenantId))
                .findFirst();
    }

    @Override
    public List<CanaryStage> canary(String tenantId, String releaseId) {
        return List.of();
    }

    @Override
    public Page<Release> releases(String tenantId, String service, String environment, PageRequest page) {
        return new Page<>(List.copyOf(current.values()), current.size(), Optional.empty());
    }

    @Override
    public List<Target> targets(String tenantId, String service) {
        return current.values().stream()
                .filter(release ->
                        release.tenantId().equals(tenantId) && release.service().equals(service))
                .map(this::target)
                .toList();
    }

    @Override
    public Optional<Target> target(String tenantId, String service, String environment) {
        return Optional.ofNullable(current.get(key(tenantId, service, environment)))
                .map(this::target);
    }

    private Target target(Release release) {
        List<Seen> instances = IntStream.range(0, release.scale().replicas())
                .mapToObj(i -> new Seen(
                        "res-" + i,
                        release.id(),
                        "instance-" + i,
                        "application",
                        "process",
                        i < down ? "failed" : "running",
                        "",
                        Map.of(),
                        Map.of("restarts", Integer.toString(restarts)),
                        new Usage(0.25, 0.5, 100L, null),
                        Instant.EPOCH))
                .toList();
        return new Target(release.service(), release.environment(), release, null, "http://x/", instances);
    }

    @Override
    public Optional<Operation> remove(Caller caller, String service, String environment) {
        current.remove(key(caller.tenantId(), service, environment));
        return Optional.empty();
    }
}
