package org.platformforge.kernel.features;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which sets an instance has, in its data, where it outlives the framework's cache: the launcher makes Karaf's boot
 * features of those that need no licence, and {@link AddedSets} brings the others back. Other versions of sets are kept
 * from Karaf, which would take the newest at its next change of anything. Replaced in one step. Used under its caller's
 * lock.
 */
final class InstalledSets {
    private static final String SETS = "sets";
    private static final String REPOSITORIES = "repositories";
    private static final String UPGRADES = "upgrades";
    private static final String VERSIONS = "versions";

    private final Path file;

    InstalledSets(Path data) {
        file = data.resolve("feature-sets.properties");
    }

    /** Empty when the operator never changed what the distribution has. */
    List<String> read() throws IOException {
        return list(content(), SETS);
    }

    void write(Collection<String> sets) throws IOException {
        Properties content = content();
        content.setProperty(SETS, String.join(", ", new TreeSet<>(sets)));
        replace(content);
    }

    void addRepository(String uri) throws IOException {
        add(REPOSITORIES, uri);
    }

    /** Of another version of a set. */
    void addUpgrade(String uri) throws IOException {
        add(UPGRADES, uri);
    }

    /** The feature repositories of other versions of sets. */
    List<String> upgrades() throws IOException {
        return list(content(), UPGRADES);
    }

    private void add(String key, String uri) throws IOException {
        Properties content = content();
        TreeSet<String> all = new TreeSet<>(list(content, key));
        if (all.add(uri)) {
            content.setProperty(key, String.join(", ", all));
            replace(content);
        }
    }

    /** The versions that sets were brought to while the platform ran, by the sets' names. */
    Map<String, String> versions() throws IOException {
        Map<String, String> versions = new TreeMap<>();
        for (String item : list(content(), VERSIONS)) {
            int separator = item.indexOf('/');
            if (separator > 0) {
                versions.put(item.substring(0, separator), item.substring(separator + 1));
            }
        }
        return versions;
    }

    /** @param version null to forget it */
    void setVersion(String set, String version) throws IOException {
        Map<String, String> versions = versions();
        String before = version == null ? versions.remove(set) : versions.put(set, version);
        if (!Objects.equals(before, version)) {
            Properties content = content();
            content.setProperty(
                    VERSIONS,
                    versions.entrySet().stream()
                            .map(one -> one.getKey() + "/" + one.getValue())
                            .collect(Collectors.joining(", ")));
            replace(content);
        }
    }

    private static List<String> list(Properties content, String key) {
        return Stream.of(content.getProperty(key, "").split(","))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private Properties content() throws IOException {
        Properties content = new Properties();
        if (Files.isRegularFile(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                content.load(in);
            }
        }
        return content;
    }

    private void replace(Properties content) throws IOException {
        Path draft = Files.createTempFile(file.getParent(), "feature-sets", ".draft");
        try {
            try (OutputStream out = Files.newOutputStream(draft)) {
                content.store(out, "Written by the platform");
            }
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
