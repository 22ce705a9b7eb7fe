package org.platformforge.provisioning.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.Driver.Held;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.provisioning.domain.DriverRegistry.Post;
import org.platformforge.provisioning.store.ResourceRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what engines hold with what records name, independently of how either came about. It asks the engines
 * themselves at that moment; nothing is taken from a record. Thread-safe.
 */
@Component(service = EngineSweep.class)
public final class EngineSweep {
    private static final Logger LOG = LoggerFactory.getLogger(EngineSweep.class);
    private static final String NOT_INSTALLED = "The engine is not installed";
    private static final String SILENT = "The engine could not tell what it holds";

    /**
     * What an engine holds.
     *
     * @param tenantId null when the engine cannot tell
     * @param provisionId null when the engine cannot tell
     */
    public record Holding(String engine, String resourceId, String tenantId, String provisionId, String description) {
        static Holding of(String engine, Held held) {
            return new Holding(
                    engine, held.resourceId(), orNull(held.tenantId()), orNull(held.provisionId()), held.description());
        }

        private static String orNull(String text) {
            return text == null || text.isEmpty() ? null : text;
        }
    }

    /**
     * What engines hold of one provision. With nothing held and nobody silent it is the proof that nothing is left.
     *
     * @param silent engines that could not be asked, and why
     */
    public record Cleanup(Instant checkedAt, List<Holding> held, Map<String, String> silent) {
        public boolean clean() {
            return held.isEmpty() && silent.isEmpty();
        }
    }

    /**
     * The whole platform.
     *
     * @param asked engines that told what they hold
     * @param silent engines that could not be asked, and why
     * @param orphans held, and no record knows it
     * @param missing recorded as active, and its engine holds nothing
     */
    public record Report(
            Instant sweptAt,
            Set<String> asked,
            Map<String, String> silent,
            List<Holding> orphans,
            List<Resource> missing) {}

    /** @param error null when it is gone */
    public record Removal(Holding orphan, Fault error) {}

    private final Store store;
    private final ResourceRepository resources;
    private final DriverRegistry drivers;
    private final Trail trail;

    @Activate
    public EngineSweep(
            @Reference Store store,
            @Reference ResourceRepository resources,
            @Reference DriverRegistry drivers,
            @Reference Trail trail) {
        this.store = store;
        this.resources = resources;
        this.drivers = drivers;
        this.trail = trail;
    }

    /** What every engine holds of a provision now, those that made something for it above all. */
    Cleanup of(Provision provision) {
        Set<String> ids = Set.copyOf(provision.resourceIds().values());
        TreeSet<String> engines = drivers.engines();
        engines.addAll(provision.engines());
        Map<String, Holding> held = new LinkedHashMap<>();
        Map<String, String> silent = new TreeMap<>();
        for (String engine : engines) {
            ask(new Post(engine, provision.tenantId()), engine, silent, driver -> {
                driver.inventory().stream()
                        .filter(one -> ids.contains(one.resourceId()) || isOf(provision, one))
                        .forEach(one -> held.put(one.resourceId(), Holding.of(engine, one)));
                // an engine may find under its id what its list has lost
                ids.stream()
                        .filter(id -> !held.containsKey(id))
                        .filter(id -> driver.observe(id).isPresent())
                        .forEach(id -> held.put(
                                id, new Holding(engine, id, provision.tenantId(), provision.id(), "not in its list")));
            });
        }
        return new Cleanup(Instant.now(), List.copyOf(held.values()), silent);
    }

    private static boolean isOf(Provision provision, Held held) {
        return provision.id().equals(held.provisionId()) && provision.tenantId().equals(held.tenantId());
    }

    /** Looks, and changes nothing. */
    public Report look() {
        TreeSet<String> asked = new TreeSet<>();
        Map<String, String> silent = new TreeMap<>();
        List<Holding> orphans = new ArrayList<>();
        List<Resource> missing = new ArrayList<>();
        for (Post post : posts()) {
            String engine = post.engine();
            String label = post.tenantId() == null ? engine : engine + " (" + post.tenantId() + ")";
            boolean told = ask(post, label, silent, driver -> {
                // first what it holds, then the records: a record is written before and removed after
                Map<String, Held> held = inventory(driver);
                Map<String, Resource> recorded = recorded(post);
                List<Holding> unknown = held.values().stream()
                        .filter(one -> !recorded.containsKey(one.resourceId()))
                        .map(one -> Holding.of(engine, one))
                        .toList();
                if (!unknown.isEmpty()) {
                    // it may have been removed between the two
                    Set<String> still = inventory(driver).keySet();
                    unknown.stream()
                            .filter(one -> still.contains(one.resourceId()))
                            .forEach(orphans::add);
                }
                recorded.values().stream()
                        .filter(resource -> !held.containsKey(resource.id()))
                        .filter(resource -> isMissing(driver, resource))
                        .forEach(missing::add);
            });
            if (told) {
                asked.add(engine);
            }
        }
        return new Report(Instant.now(), asked, silent, orphans, missing);
    }

    /** Every engine that is there or is said to hold something; those of extensions in each tenant. */
    private List<Post> posts() {
        TreeSet<String> engines = drivers.engines();
        Set<Post> ofExtensions = new HashSet<>(drivers.ofExtensions());
        store.run(Store.ALL_TENANTS, tx -> {
            engines.addAll(resources.countByEngine(tx).keySet());
            ofExtensions.addAll(resources.countOfExtensions(tx).keySet());
        });
        List<Post> posts = new ArrayList<>();
        engines.stream()
                .filter(engine -> !DriverRegistry.isOfExtension(engine))
                .forEach(engine -> posts.add(new Post(engine, null)));
        ofExtensions.stream()
                .sorted(Comparator.comparing(Post::engine).thenComparing(Post::tenantId))
                .forEach(posts::add);
        return posts;
    }

    /**
     * Has the engines remove what no record knows. What became known since the report is left alone.
     *
     * @throws InterruptedException when the platform stops; the rest is still there then
     */
    public List<Removal> remove(Caller caller, Report report) throws InterruptedException {
        List<Removal> removals = new ArrayList<>();
        for (Holding orphan : report.orphans()) {
            Optional<Driver> driver = drivers.ofEngine(orphan.tenantId(), orphan.engine());
            if (driver.isEmpty() || recorded(new Post(orphan.engine(), null)).containsKey(orphan.resourceId())) {
                continue;
            }
            Fault error = delete(driver.get(), orphan);
            removals.add(new Removal(orphan, error));
            store.run(caller.tenantId(), tx -> trail.orphanRemoved(tx, caller, orphan, error));
        }
        return removals;
    }

    private static Fault delete(Driver driver, Holding orphan) throws InterruptedException {
        try {
            driver.delete(orphan.resourceId(), new Progress() {
                @Override
                public void log(String line) {
                    LOG.info("{}: {}", orphan.resourceId(), line);
                }

                @Override
                public boolean cancelled() {
                    return false;
                }
            });
            return null;
        } catch (DriverException e) {
            return new Fault(e.code(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("The engine {} failed unexpectedly", driver.engine(), e);
            return new Fault("ENGINE_ERROR", "The engine " + driver.engine() + " failed unexpectedly");
        }
    }

    private boolean isMissing(Driver driver, Resource resource) {
        return resource.status() == ResourceStatus.ACTIVE
                && driver.observe(resource.id()).isEmpty()
                && store.call(resource.tenantId(), tx -> resources.find(tx, resource.id()))
                        .filter(now -> now.status() == ResourceStatus.ACTIVE)
                        .isPresent();
    }

    private Map<String, Resource> recorded(Post post) {
        List<Resource> known = post.tenantId() == null
                ? store.call(Store.ALL_TENANTS, tx -> resources.ofEngine(tx, post.engine()))
                : store.call(post.tenantId(), tx -> resources.ofEngineInTenant(tx, post.engine()));
        return known.stream().collect(Collectors.toMap(Resource::id, resource -> resource));
    }

    private static Map<String, Held> inventory(Driver driver) {
        Map<String, Held> held = new HashMap<>();
        driver.inventory().forEach(one -> held.put(one.resourceId(), one));
        return held;
    }

    /** A question to an engine. */
    @FunctionalInterface
    private interface Question {
        void put(Driver driver);
    }

    private boolean ask(Post post, String label, Map<String, String> silent, Question question) {
        Optional<Driver> driver = drivers.ofEngine(post.tenantId(), post.engine());
        if (driver.isEmpty()) {
            silent.put(label, NOT_INSTALLED);
            return false;
        }
        try {
            question.put(driver.get());
            return true;
        } catch (PlatformException e) {
            if (!e.code().equals(Optional.of(ExtensionContributions.NO_ANSWER))) {
                throw e; // ours, not the engine's
            }
            silent.put(label, e.getMessage());
            return false;
        } catch (RuntimeException e) {
            LOG.error("The engine {} could not tell what it holds", label, e);
            silent.put(label, SILENT);
            return false;
        }
    }
}
