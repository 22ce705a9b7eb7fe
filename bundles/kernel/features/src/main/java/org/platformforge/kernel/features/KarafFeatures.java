package org.platformforge.kernel.features;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import org.apache.karaf.features.BundleInfo;
import org.apache.karaf.features.Dependency;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.features.Repository;
import org.osgi.framework.Constants;

/**
 * Feature sets in Karaf's words: a feature is a set when it stands in a repository of its own name, {@code
 * mvn:…/xml/forge-billing}. Not thread-safe with respect to changes.
 */
final class KarafFeatures {
    private static final EnumSet<FeaturesService.Option> QUIETLY =
            EnumSet.of(FeaturesService.Option.NoAutoRefreshBundles);

    private final FeaturesService features;

    KarafFeatures(FeaturesService features) {
        this.features = features;
    }

    /** A bundle of a set as its JAR says. */
    record Jar(String location, String symbolicName, String version, boolean exports) {}

    /** All sets there are, by name; of several versions the last one listed. */
    Map<String, Feature> sets() throws Exception {
        Map<String, Feature> sets = new TreeMap<>();
        for (Repository repository : features.listRepositories()) {
            String uri = repository.getURI().toString();
            String name = uri.substring(uri.lastIndexOf('/') + 1);
            for (Feature feature : repository.getFeatures()) {
                if (feature.getName().equals(name)) {
                    sets.put(name, feature);
                }
            }
        }
        return sets;
    }

    /** The sets of a repository that Karaf does not know, and does not get to know by this. */
    List<Feature> read(URI repository) throws Exception {
        String uri = repository.toString();
        String name = uri.substring(uri.lastIndexOf('/') + 1);
        return Arrays.stream(features.createRepository(repository).getFeatures())
                .filter(feature -> feature.getName().equals(name))
                .toList();
    }

    boolean isInstalled(Feature set) {
        return features.isInstalled(set);
    }

    /** The set and those it requires that are not installed, the required ones first. */
    Collection<Feature> toInstall(Map<String, Feature> sets, Feature set) {
        Map<String, Feature> missing = new LinkedHashMap<>();
        collect(sets, set, missing);
        return missing.values();
    }

    private void collect(Map<String, Feature> sets, Feature set, Map<String, Feature> missing) {
        if (isInstalled(set) || missing.containsKey(set.getName())) {
            return;
        }
        for (String required : requires(sets, set)) {
            collect(sets, sets.get(required), missing);
        }
        missing.put(set.getName(), set);
    }

    static List<String> requires(Map<String, Feature> sets, Feature set) {
        return set.getDependencies().stream()
                .map(Dependency::getName)
                .filter(sets::containsKey)
                .toList();
    }

    /** Features it needs, sets or libraries, of which no version is installed. */
    List<String> missing(Feature set) throws Exception {
        Set<String> present = new HashSet<>();
        for (Feature feature : features.listInstalledFeatures()) {
            present.add(feature.getName());
        }
        return set.getDependencies().stream()
                .map(Dependency::getName)
                .filter(name -> !present.contains(name))
                .toList();
    }

    /** The set's own bundles. @throws IOException when one is not in the distribution */
    static List<Jar> jars(Feature set) throws IOException {
        List<Jar> jars = new ArrayList<>();
        for (BundleInfo bundle : set.getBundles()) {
            jars.add(jar(bundle.getLocation()));
        }
        return jars;
    }

    /** @param location of a bundle of a set, as its repository has it */
    static InputStream open(String location) throws IOException {
        return new URL(location).openStream();
    }

    private static Jar jar(String location) throws IOException {
        try (InputStream in = open(location);
                JarInputStream jar = new JarInputStream(in)) {
            Attributes headers = jar.getManifest() == null
                    ? new Attributes()
                    : jar.getManifest().getMainAttributes();
            String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
            return new Jar(
                    location,
                    name == null ? location : name.split(";")[0].trim(),
                    String.valueOf(headers.getValue(Constants.BUNDLE_VERSION)),
                    headers.getValue(Constants.EXPORT_PACKAGE) != null);
        }
    }

    void install(Collection<Feature> sets) throws Exception {
        features.installFeatures(ids(sets), QUIETLY);
    }

    void uninstall(Collection<Feature> sets) throws Exception {
        features.uninstallFeatures(ids(sets), QUIETLY);
    }

    private static Set<String> ids(Collection<Feature> sets) {
        Set<String> ids = new LinkedHashSet<>();
        sets.forEach(set -> ids.add(set.getId()));
        return ids;
    }

    boolean knows(URI repository) throws Exception {
        return Arrays.stream(features.listRepositories())
                .anyMatch(known -> known.getURI().equals(repository));
    }

    void addRepository(URI uri) throws Exception {
        features.addRepository(uri);
    }
}
