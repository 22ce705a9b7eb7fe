package org.platformforge.extension.verifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The bundles of an artifact.
 *
 * @param main the one with {@code META-INF/extension.yaml}
 * @param bundles all of them
 * @param holders package → the labels of the bundles that have a class of it
 * @param exports packages that one of them exports
 */
record Artifact(Part main, List<Part> bundles, Map<String, List<String>> holders, Set<String> exports) {
    static Artifact of(Part main, List<Part> bundles) {
        Map<String, List<String>> holders = new HashMap<>();
        Set<String> exports = new HashSet<>();
        for (Part part : bundles) {
            part.packages()
                    .forEach(name -> holders.computeIfAbsent(name, key -> new ArrayList<>())
                            .add(part.label()));
            exports.addAll(part.exports());
        }
        return new Artifact(main, bundles, holders, exports);
    }

    /** Packages that have a class in it which is found: of those beneath the framework none of a bundle is. */
    Set<String> packages() {
        Set<String> packages = new HashSet<>(holders.keySet());
        packages.removeIf(BootPackages::contains);
        return packages;
    }

    /** @param label what is put before names in it; empty when the artifact is the bundle */
    record Part(String label, ZipArchive archive, Headers headers) {
        String where(String name) {
            return label + name;
        }

        String symbolicName() {
            List<Headers.Clause> clauses = headers.clauses("Bundle-SymbolicName");
            return clauses.size() == 1 && clauses.get(0).paths().size() == 1
                    ? clauses.get(0).paths().get(0)
                    : "";
        }

        boolean has(String name) {
            return archive.entry(name) != null;
        }

        private Set<String> exports() {
            try {
                Set<String> exports = new HashSet<>();
                headers.clauses("Export-Package").forEach(clause -> exports.addAll(clause.paths()));
                return exports;
            } catch (IllegalArgumentException e) {
                // told when this bundle's manifest is looked at
                return Set.of();
            }
        }

        /** Packages that have a class in it. */
        Set<String> packages() {
            Set<String> packages = new HashSet<>();
            for (ZipArchive.Entry entry : archive.entries()) {
                int slash = entry.name().lastIndexOf('/');
                if (entry.name().endsWith(".class")
                        && slash > 0
                        && !entry.name().startsWith("META-INF/")) {
                    packages.add(entry.name().substring(0, slash).replace('/', '.'));
                }
            }
            return packages;
        }
    }
}
