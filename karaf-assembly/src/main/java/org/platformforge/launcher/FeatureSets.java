package org.platformforge.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes Karaf's boot features of the distribution's feature sets, without those the instance's operator uninstalled, which
 * {@code feature-sets.properties} in its data tells. What an operator added is no boot feature: Karaf starts nothing at all
 * when it misses one.
 */
final class FeatureSets {
    private static final String FILE = "feature-sets.properties";
    private static final String FEATURES = "org.apache.karaf.features.cfg";
    private static final String SETS = "sets";
    private static final String REPOSITORIES = "repositories";

    private FeatureSets() {}

    /** @param etc with a copy of the distribution's template, which is changed */
    static void apply(Path templates, Path data, Path etc) throws IOException {
        Path file = etc.resolve(FEATURES);
        if (!Files.exists(file)) {
            return; // the operator has a version of his own
        }
        Properties distribution = read(templates.resolve(FILE));
        Properties instance = read(data.resolve(FILE));
        Set<String> repositories = new LinkedHashSet<>(list(distribution, REPOSITORIES));
        repositories.addAll(list(instance, REPOSITORIES));
        List<String> sets = list(distribution, SETS);
        if (instance.containsKey(SETS)) {
            sets.retainAll(list(instance, SETS));
        }
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("@feature.repositories@", more(repositories))
                        .replace("@feature.sets@", more(sets)));
        Files.setLastModifiedTime(file, time);
        Files.deleteIfExists(etc.resolve(FILE));
    }

    private static String more(Iterable<String> items) {
        StringBuilder text = new StringBuilder();
        items.forEach(item -> text.append(", \\\n    ").append(item));
        return text.toString();
    }

    private static List<String> list(Properties properties, String key) {
        return Stream.of(properties.getProperty(key, "").split(","))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .collect(Collectors.toList());
    }

    private static Properties read(Path file) throws IOException {
        Properties properties = new Properties();
        if (Files.isRegularFile(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                properties.load(in);
            }
        }
        return properties;
    }
}
