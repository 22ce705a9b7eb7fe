package org.platformforge.marketplace.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.VersionRange;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.domain.Proposal.Dependency;
import org.platformforge.marketplace.domain.Proposal.Problem;
import org.platformforge.marketplace.store.InstallationTable;

/** What releases need of a tenant's other extensions, and what can be installed along with them. Thread-safe. */
final class Dependencies {
    /** Releases that one wish may bring along. */
    private static final int MOST = 20;

    private final Store store;
    private final InstallationTable installations;
    private final Choice choice;

    /** Which release of an extension a tenant would get. */
    interface Choice {
        /** @param range null for any */
        Optional<Release> best(String tenantId, String extensionId, VersionRange range);
    }

    /**
     * @param needed by the release itself
     * @param along to be installed with it, what others need first
     */
    record Resolution(List<Dependency> needed, List<Release> along, List<Problem> problems) {}

    Dependencies(Store store, InstallationTable installations, Choice choice) {
        this.store = store;
        this.installations = installations;
        this.choice = choice;
    }

    /** @param along whether what is missing is looked for in the catalogue, and what that needs in turn */
    Resolution resolve(String tenantId, Release release, boolean along) {
        Search search = new Search(tenantId, along);
        search.chosen.put(release.extensionId(), release);
        List<Dependency> needed = search.needs(release);
        search.order.remove(release);
        return new Resolution(needed, List.copyOf(search.order), search.problems);
    }

    /** Whether the tenant has what the release needs now. @param along what is being installed with it */
    List<Problem> missing(String tenantId, Release release, List<Release> along) {
        Search search = new Search(tenantId, false);
        along.forEach(one -> search.chosen.put(one.extensionId(), one));
        search.chosen.put(release.extensionId(), release);
        search.needs(release);
        return search.problems;
    }

    private final class Search {
        private final String tenantId;
        private final boolean along;
        private final Map<String, Release> chosen = new HashMap<>();
        private final Set<Release> order = new LinkedHashSet<>();
        private final List<Problem> problems = new ArrayList<>();

        Search(String tenantId, boolean along) {
            this.tenantId = tenantId;
            this.along = along;
        }

        /** What is chosen is marked before it is looked into: extensions may need each other. */
        List<Dependency> needs(Release release) {
            List<Dependency> needed = new ArrayList<>();
            release.manifest().dependencies().forEach((id, text) -> needed.add(need(release, id, text)));
            order.add(release);
            return needed;
        }

        private Dependency need(Release by, String id, String text) {
            VersionRange range = Versions.range(text).orElse(null);
            Installation there = store.call(
                    tenantId, tx -> installations.find(tx, tenantId, id).orElse(null));
            String installed =
                    there == null || !there.serves() ? null : there.current().version();
            Release already = chosen.get(id);
            if (already != null) {
                boolean fits = includes(range, already.version());
                if (!fits) {
                    problems.add(new Problem(
                            "DEPENDENCY_CONFLICT",
                            by.extensionId() + " needs " + id + " " + text + ", and " + already.version()
                                    + " would be there"));
                }
                return new Dependency(id, text, installed, already.version(), fits);
            }
            Optional<Release> best = range == null ? Optional.empty() : choice.best(tenantId, id, range);
            String available = best.map(Release::version).orElse(null);
            if (installed != null && fits(there, range)) {
                return new Dependency(id, text, installed, available, true);
            }
            boolean brought = along && there == null && best.isPresent() && take(best.get());
            if (!brought) {
                problems.add(new Problem("DEPENDENCY_MISSING", missing(by, id, text, there, available)));
            }
            return new Dependency(id, text, installed, available, brought);
        }

        private boolean take(Release release) {
            if (chosen.size() > MOST) {
                return false;
            }
            chosen.put(release.extensionId(), release);
            needs(release);
            return true;
        }
    }

    private static boolean includes(VersionRange range, String version) {
        return range != null && range.includes(Versions.of(version));
    }

    /** What it is about to become has to fit as well. */
    private static boolean fits(Installation there, VersionRange range) {
        return includes(range, there.current().version())
                && (there.pending() == null || includes(range, there.pending().version()));
    }

    private static String missing(Release by, String id, String range, Installation there, String available) {
        String state;
        if (there == null) {
            state = "it is not installed";
        } else if (there.serves()) {
            state = there.current().version() + " is installed";
        } else {
            state = "its installation is " + there.state().wire();
        }
        String remedy = available == null
                ? "; the catalogue has none that fits"
                : there == null
                        ? "; install " + available + " first, or with it (install_dependencies)"
                        : "; " + available + " would fit";
        return by.extensionId() + " needs " + id + " " + range + ", and " + state + remedy;
    }
}
