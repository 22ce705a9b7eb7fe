package org.platformforge.launcher.upgrade;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder with the platform's files. */
record Distribution(Path home) {
    /** {@code config/} as shipped: what the operator's settings are compared with. */
    static final String SHIPPED_CONFIG = "lib/config";

    /** The one file of which the name tells builds of one version apart. */
    static final String CONTENT = "lib/content-";

    private static final String SLIM = "core-";

    /** All the platform's own beside bin/; the rest of its folder is the operator's. */
    static final List<String> OWN =
            List.of("lib", "system", "service", "sdk", "CONFIGURATION.md", "OPERATING.md", "LICENSE");

    private static final Set<String> NOT_MOVED = Set.of("bin", "config", "data", "upgrade");

    String version() throws IOException {
        return version(Files.readString(home.resolve("lib/version")).strip());
    }

    /** @throws Refusal when it is none */
    static String version(String text) {
        if (text == null || !text.matches("[0-9][A-Za-z0-9.+-]{0,100}")) {
            throw new Refusal("lib/version has no version of Platform Forge");
        }
        return text;
    }

    /** Negative when the first is older. A snapshot is older than its release. */
    static int compare(String one, String other) {
        try {
            return ModuleDescriptor.Version.parse(one).compareTo(ModuleDescriptor.Version.parse(other));
        } catch (IllegalArgumentException e) {
            throw new Refusal("These versions cannot be compared: " + one + ", " + other);
        }
    }

    String content() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("lib"))) {
            return files.map(file -> "lib/" + file.getFileName())
                    .filter(name -> name.startsWith(CONTENT))
                    .findFirst()
                    .orElse("");
        }
    }

    /** Whether it comes without feature sets. */
    static boolean isSlim(String content) {
        return content.startsWith(CONTENT + SLIM);
    }

    /** What of an unpacked archive is moved, each as a whole, relative to the folder: all but what is the operator's. */
    List<String> entries() throws IOException {
        List<String> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(home.resolve("bin"))) {
            files.map(file -> "bin/" + file.getFileName()).sorted().forEach(entries::add);
        }
        try (Stream<Path> files = Files.list(home)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> !NOT_MOVED.contains(name))
                    .sorted()
                    .forEach(entries::add);
        }
        return entries;
    }

    /** The files that settings can be in, by name: those of config/, and those of lib/etc that an operator may have copied there. */
    Map<String, Path> settings() throws IOException {
        Map<String, Path> settings = new TreeMap<>(templates());
        settings.putAll(files(home.resolve(SHIPPED_CONFIG)));
        return settings;
    }

    /** Of which an operator has a copy only where one is wanted. */
    Map<String, Path> templates() throws IOException {
        return files(home.resolve("lib/etc"));
    }

    private static Map<String, Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new Refusal("This distribution is not complete: it has no folder " + folder);
        }
        Map<String, Path> result = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> result.put(file.getFileName().toString(), file));
        }
        return result;
    }
}
