package org.platformforge.kernel.http.generation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.platformforge.kernel.api.module.Generations.Stage;
import org.platformforge.kernel.http.route.RouteScope;

/**
 * Which bundle of each module acts: the one that was given the module's place, while it is started; else the one that
 * serves the module's routes; else the newest that is started. What is being tried never does. Every change is one
 * volatile write. Thread-safe; asking takes no lock.
 */
final class Stages {
    /**
     * @param trials bundles that are to become ready and do nothing else
     * @param leaving bundles that begin nothing any more
     * @param places the bundle that has a module's place, by symbolic name
     */
    private record Decided(Set<Long> trials, Set<Long> leaving, Map<String, Long> places) {}

    /** @param known what has been worked out since the last change */
    private record View(Decided decided, Map<Long, Stage> known) {}

    private final BundleContext context;
    private final Function<String, Optional<Long>> serving;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile View view = new View(new Decided(Set.of(), Set.of(), Map.of()), new ConcurrentHashMap<>());

    /**
     * @param context the system bundle's, which is valid as long as anybody can ask
     * @param serving the bundle whose routes a module's requests go to, by symbolic name
     */
    Stages(BundleContext context, Function<String, Optional<Long>> serving) {
        this.context = context;
        this.serving = serving;
    }

    Stage of(long bundleId) {
        View now = view;
        Stage stage = now.known.get(bundleId);
        if (stage == null) {
            stage = stage(now.decided, bundleId);
            now.known.put(bundleId, stage);
        }
        return stage;
    }

    private Stage stage(Decided decided, long bundleId) {
        Bundle bundle = context.getBundle(bundleId);
        if (bundle == null) {
            return Stage.DRAINING;
        }
        if (bundle.getSymbolicName() == null
                || RouteScope.of(bundle.getLocation()).isExtension()) {
            return Stage.ACTING;
        }
        if (decided.trials.contains(bundleId)) {
            return Stage.CANDIDATE;
        }
        if (decided.leaving.contains(bundleId) || !isStarted(bundle)) {
            return Stage.DRAINING;
        }
        return acting(decided, bundle) == bundleId ? Stage.ACTING : Stage.CANDIDATE;
    }

    private long acting(Decided decided, Bundle bundle) {
        String name = bundle.getSymbolicName();
        Optional<Long> chosen = Optional.ofNullable(decided.places.get(name))
                .filter(id -> mayAct(decided, context.getBundle(id)))
                .or(() -> serving.apply(name).filter(id -> mayAct(decided, context.getBundle(id))));
        return chosen.orElseGet(() -> Arrays.stream(context.getBundles())
                .filter(other -> isNamed(other, name) && mayAct(decided, other))
                .mapToLong(Bundle::getBundleId)
                .max()
                .orElse(bundle.getBundleId()));
    }

    private static boolean isNamed(Bundle bundle, String symbolicName) {
        return bundle != null
                && symbolicName.equals(bundle.getSymbolicName())
                && !RouteScope.of(bundle.getLocation()).isExtension();
    }

    private static boolean mayAct(Decided decided, Bundle bundle) {
        return bundle != null
                && isStarted(bundle)
                && !decided.trials.contains(bundle.getBundleId())
                && !decided.leaving.contains(bundle.getBundleId());
    }

    private static boolean isStarted(Bundle bundle) {
        return bundle.getState() == Bundle.ACTIVE || bundle.getState() == Bundle.STARTING;
    }

    boolean isTrial(long bundleId) {
        return view.decided.trials.contains(bundleId);
    }

    /** Whether the one bundle comes before the other of the same module. */
    boolean precedes(String symbolicName, long one, long other) {
        Long place = view.decided.places.get(symbolicName);
        if (place != null && (place == one || place == other)) {
            return place == one && one != other;
        }
        return one > other;
    }

    /** The bundle that has the module's place. */
    Optional<Long> place(String symbolicName) {
        return Optional.ofNullable(view.decided.places.get(symbolicName));
    }

    /** The bundle is to become ready and do nothing else, until it is given a place or is gone. */
    void tryOut(long bundleId) {
        change(decided -> new Decided(with(decided.trials, bundleId), decided.leaving, decided.places));
    }

    /** From now on the bundle acts for the module while it is started, and the others leave. */
    void give(String symbolicName, long bundleId) {
        Set<Long> others = new HashSet<>();
        for (Bundle other : context.getBundles()) {
            if (isNamed(other, symbolicName) && other.getBundleId() != bundleId) {
                others.add(other.getBundleId());
            }
        }
        change(decided -> {
            Set<Long> leaving = new HashSet<>(decided.leaving);
            leaving.addAll(others);
            leaving.remove(bundleId);
            return new Decided(
                    without(decided.trials, bundleId), leaving, with(decided.places, symbolicName, bundleId));
        });
    }

    /** From now on the bundle acts for the module while it is started; others act when it is not. */
    void prefer(String symbolicName, long bundleId) {
        change(decided -> new Decided(decided.trials, decided.leaving, with(decided.places, symbolicName, bundleId)));
    }

    /** Nobody has the module's place any more. */
    void preferNone(String symbolicName) {
        change(decided -> new Decided(decided.trials, decided.leaving, with(decided.places, symbolicName, null)));
    }

    /** The bundle begins nothing any more. */
    void leave(long bundleId) {
        change(decided -> new Decided(decided.trials, with(decided.leaving, bundleId), decided.places));
    }

    /** The bundle is gone. */
    void forget(long bundleId) {
        change(decided -> {
            Map<String, Long> places = new HashMap<>(decided.places);
            places.values().removeIf(id -> id == bundleId);
            return new Decided(without(decided.trials, bundleId), without(decided.leaving, bundleId), places);
        });
    }

    /** Takes {@link #give} back; the bundle is only tried again. @param before who had the place then */
    void takeBack(String symbolicName, long bundleId, Optional<Long> before) {
        change(decided -> {
            Set<Long> leaving = new HashSet<>(decided.leaving);
            leaving.removeIf(id -> isNamed(context.getBundle(id), symbolicName));
            return new Decided(
                    with(decided.trials, bundleId), leaving, with(decided.places, symbolicName, before.orElse(null)));
        });
    }

    /** Bundles or routes are not as they were. */
    void look() {
        change(decided -> decided);
    }

    /** Listeners hear of it when a stage that anybody has asked for is another one now. */
    private void change(UnaryOperator<Decided> change) {
        boolean news = false;
        synchronized (this) {
            View before = view;
            View after = new View(change.apply(before.decided), new ConcurrentHashMap<>());
            for (Map.Entry<Long, Stage> asked : before.known.entrySet()) {
                Stage now = stage(after.decided, asked.getKey());
                news |= now != asked.getValue();
                if (context.getBundle(asked.getKey()) != null) {
                    after.known.put(asked.getKey(), now);
                }
            }
            view = after;
        }
        if (news) {
            listeners.forEach(Runnable::run);
        }
    }

    void addListener(Runnable changed) {
        listeners.add(changed);
    }

    void removeListener(Runnable changed) {
        listeners.remove(changed);
    }

    private static Set<Long> with(Set<Long> ids, long id) {
        Set<Long> more = new HashSet<>(ids);
        more.add(id);
        return more;
    }

    private static Set<Long> without(Set<Long> ids, long id) {
        Set<Long> fewer = new HashSet<>(ids);
        fewer.remove(id);
        return fewer;
    }

    private static Map<String, Long> with(Map<String, Long> places, String symbolicName, Long bundleId) {
        Map<String, Long> changed = new HashMap<>(places);
        if (bundleId == null) {
            changed.remove(symbolicName);
        } else {
            changed.put(symbolicName, bundleId);
        }
        return changed;
    }
}
