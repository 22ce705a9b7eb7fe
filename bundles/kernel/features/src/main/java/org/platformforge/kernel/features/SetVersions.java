package org.platformforge.kernel.features;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.karaf.features.Feature;
import org.osgi.framework.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions of feature sets: the one that Karaf knows, and later ones that were added as archives. A set is in one of
 * these, which Karaf takes no part in. Thread-safe.
 */
final class SetVersions {
    private static final Logger LOG = LoggerFactory.getLogger(SetVersions.class);
    private static final Comparator<Feature> BY_VERSION = Comparator.comparing(SetVersions::version);

    private final KarafFeatures features;
    private final InstalledSets installed;
    private final Map<String, List<Feature>> known = new ConcurrentHashMap<>();

    SetVersions(KarafFeatures features, InstalledSets installed) {
        this.features = features;
        this.installed = installed;
    }

    /** The version that an installed set is in. @param set as Karaf knows it */
    Feature current(Feature set) throws IOException {
        String upgraded = installed.versions().get(set.getName());
        return upgraded == null ? set : find(set, upgraded).orElse(set);
    }

    /** @param set as Karaf knows it */
    Optional<Feature> find(Feature set, String version) throws IOException {
        return all(set).stream()
                .filter(one -> one.getVersion().equals(version)
                        || version(one).toString().equals(version))
                .findFirst();
    }

    /** @param set as Karaf knows it */
    Feature newest(Feature set) throws IOException {
        return all(set).stream().max(BY_VERSION).orElse(set);
    }

    /** None is earlier than what Karaf has, which would bring that back at its next start. */
    private List<Feature> all(Feature set) throws IOException {
        List<Feature> all = new ArrayList<>(List.of(set));
        for (String uri : installed.upgrades()) {
            read(uri).stream()
                    .filter(one -> one.getName().equals(set.getName()) && BY_VERSION.compare(one, set) > 0)
                    .forEach(all::add);
        }
        return all;
    }

    private List<Feature> read(String uri) {
        List<Feature> before = known.get(uri);
        if (before != null) {
            return before;
        }
        try {
            List<Feature> now = features.read(URI.create(uri));
            known.put(uri, now);
            return now;
        } catch (Exception e) {
            LOG.warn("The feature set of {} cannot be read, and is left out", uri, e);
            return List.of();
        }
    }

    private static Version version(Feature set) {
        try {
            return Version.parseVersion(set.getVersion().replace('-', '.'));
        } catch (IllegalArgumentException e) {
            return Version.emptyVersion;
        }
    }
}
