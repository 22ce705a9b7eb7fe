package org.platformforge.provisioning.domain;

import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.extension.ExtensionContributions.Contribution;
import org.platformforge.kernel.api.module.Generations;
import org.platformforge.kernel.api.module.Generations.Stage;
import org.platformforge.kernel.api.module.StageWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engines that are there at this moment: the platform's for everybody, and for each tenant those of its extensions,
 * whose names begin with the extension's id. They come, go and are swapped while the platform runs, so a driver is looked
 * up for each step and never kept. Of the drivers of one engine the newest of a bundle that acts counts, or of one that is
 * being drained; a bundle that is only tried supplies nothing. Thread-safe.
 */
@Component(service = DriverRegistry.class)
public final class DriverRegistry {
    /** @param ranking {@code service.ranking}: decides between engines that make the same type */
    private record Candidate(
            Driver driver, String engine, Set<String> types, int ranking, long bundleId, long serviceId) {}

    /**
     * Where an engine can be asked.
     *
     * @param tenantId in which it is asked; null for an engine of the platform, which is asked for all
     */
    public record Post(String engine, String tenantId) {}

    private static final Logger LOG = LoggerFactory.getLogger(DriverRegistry.class);

    private final Map<ServiceReference<Driver>, Candidate> candidates = new ConcurrentHashMap<>();
    private final StageWatch stages = new StageWatch();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile ExtensionContributions extensions;

    /** Optional: while nobody decides between generations, the newest driver of an engine counts. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindGenerations(Generations present) {
        stages.bind(present);
    }

    void unbindGenerations(Generations gone) {
        stages.unbind(gone);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindDriver(ServiceReference<Driver> reference, Driver driver) {
        Bundle bundle = reference.getBundle();
        if (Contributor.isExtension(bundle)) {
            return;
        }
        int ranking = reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer value ? value : 0;
        try {
            candidates.put(
                    reference,
                    new Candidate(
                            driver,
                            driver.engine(),
                            Set.copyOf(driver.resourceTypes()),
                            ranking,
                            bundle.getBundleId(),
                            (Long) reference.getProperty(Constants.SERVICE_ID)));
        } catch (RuntimeException e) {
            LOG.error("A driver of {} is left out because it does not tell its engine", bundle.getSymbolicName(), e);
        }
    }

    void unbindDriver(ServiceReference<Driver> reference, Driver driver) {
        candidates.remove(reference);
    }

    /** The driver of an engine of the platform that acts, or the one of the tenant's extension. */
    public Optional<Driver> ofEngine(String tenantId, String engine) {
        return isOfExtension(engine)
                ? ofExtensions(tenantId)
                        .filter(driver -> driver.engine().equals(engine))
                        .findFirst()
                : acting(engine).map(Candidate::driver);
    }

    /** The driver that makes a type: of the engine with the highest ranking, or the first by name among equals. */
    public Optional<Driver> ofType(String tenantId, String type) {
        if (isOfExtension(type)) {
            return ofExtensions(tenantId)
                    .filter(driver -> driver.resourceTypes().contains(type))
                    .findFirst();
        }
        return candidates.values().stream()
                .filter(candidate -> candidate.types().contains(type))
                .filter(candidate -> acting(candidate.engine()).orElse(null) == candidate)
                .min(Comparator.comparingInt(Candidate::ranking).reversed().thenComparing(Candidate::engine))
                .map(Candidate::driver);
    }

    /** What engines of the platform that act, and those of the tenant's extensions, make. */
    public Set<String> types(String tenantId) {
        Set<String> types = new TreeSet<>();
        candidates.values().stream()
                .filter(candidate -> acting(candidate.engine()).orElse(null) == candidate)
                .forEach(candidate -> types.addAll(candidate.types()));
        ofExtensions(tenantId).forEach(driver -> types.addAll(driver.resourceTypes()));
        return types;
    }

    /** Engines and types of extensions begin with {@code publisher.name}, those of the platform have no dot in them. */
    static boolean isOfExtension(String name) {
        return name.indexOf('.') >= 0;
    }

    private Stream<Driver> ofExtensions(String tenantId) {
        ExtensionContributions asked = extensions;
        return asked == null
                ? Stream.empty()
                : asked.services(tenantId, Driver.class).stream().map(Contribution::item);
    }

    /** Names of the platform's engines that are there. */
    public TreeSet<String> engines() {
        return engines(candidates.values().stream().filter(this::isAccepted));
    }

    /** Engines of extensions, in each tenant that has them. */
    public Set<Post> ofExtensions() {
        ExtensionContributions asked = extensions;
        Set<Post> posts = new HashSet<>();
        if (asked != null) {
            for (String tenantId : asked.tenants()) {
                ofExtensions(tenantId).forEach(driver -> posts.add(new Post(driver.engine(), tenantId)));
            }
        }
        return posts;
    }

    /** Engines of a release of an extension; none when it does not run. @param sha256 null for no release */
    public Set<String> ofRelease(String extensionId, String sha256) {
        ExtensionContributions asked = extensions;
        return asked == null || sha256 == null ? Set.of() : asked.engines(extensionId, sha256);
    }

    /** Engines that would be gone without these bundles; what is tried in a bundle's place counts as staying. */
    public TreeSet<String> enginesOnlyOf(Set<Long> bundles) {
        TreeSet<String> engines = engines(candidates.values().stream().filter(c -> bundles.contains(c.bundleId())));
        engines.removeAll(engines(candidates.values().stream().filter(c -> !bundles.contains(c.bundleId()))));
        return engines;
    }

    private Optional<Candidate> acting(String engine) {
        return candidates.values().stream()
                .filter(candidate -> candidate.engine().equals(engine) && isAccepted(candidate))
                .max(Comparator.comparing((Candidate candidate) -> stage(candidate) == Stage.ACTING)
                        .thenComparingLong(Candidate::bundleId)
                        .thenComparingLong(Candidate::serviceId));
    }

    private boolean isAccepted(Candidate candidate) {
        return stage(candidate) != Stage.CANDIDATE;
    }

    private Stage stage(Candidate candidate) {
        return stages.stage(candidate.bundleId());
    }

    private static TreeSet<String> engines(Stream<Candidate> candidates) {
        TreeSet<String> names = new TreeSet<>();
        candidates.forEach(candidate -> names.add(candidate.engine()));
        return names;
    }
}
