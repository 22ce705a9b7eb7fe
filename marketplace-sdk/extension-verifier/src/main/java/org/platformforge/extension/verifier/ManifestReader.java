package org.platformforge.extension.verifier;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads {@code extension.yaml}: every problem with its path, none twice. Used once. */
final class ManifestReader {
    static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{1,39}\\.[a-z][a-z0-9-]{1,39}");
    private static final Pattern EVENT = Pattern.compile("[a-z][a-z0-9_-]*(\\.[a-z0-9_-]+)*(\\.\\*)?");
    private static final Pattern HOST = Pattern.compile(
            "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[1-9][0-9]{0,4})?");
    private static final Pattern COLLECTION = Pattern.compile("[a-z0-9_-]{1,64}");
    private static final Pattern FIELD = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");
    private static final Pattern HOMEPAGE = Pattern.compile("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?");

    private final Findings findings;
    private boolean wrong;

    private ManifestReader(Findings findings) {
        this.findings = findings;
    }

    static Optional<ExtensionManifest> read(byte[] yaml, Findings findings) {
        try {
            return of(YamlReader.read(yaml), findings);
        } catch (IllegalArgumentException e) {
            findings.add(Code.MANIFEST_SYNTAX, ExtensionManifest.PATH, e.getMessage());
            return Optional.empty();
        }
    }

    static Optional<ExtensionManifest> of(Map<?, ?> values, Findings findings) {
        ManifestReader reader = new ManifestReader(findings);
        ExtensionManifest manifest = reader.manifest(reader.new Node("", values));
        return reader.wrong ? Optional.empty() : Optional.of(manifest);
    }

    private ExtensionManifest manifest(Node node) {
        ExtensionManifest manifest = new ExtensionManifest(
                node.text(
                        "id",
                        81,
                        one -> ID.matcher(one).matches(),
                        "publisher.name, each of 2 to 40 letters a-z, digits and -"),
                node.text("name", 80, one -> true, "a name"),
                node.text("version", 30, one -> Ranges.version(one).isPresent(), "x.y.z, three numbers"),
                node.text("description", 1000, one -> true, "a text"),
                node.text(
                        "category",
                        30,
                        ExtensionManifest.CATEGORIES::contains,
                        "one of "
                                + ExtensionManifest.CATEGORIES.stream().sorted().toList()),
                license(node),
                node.optional("homepage", 500, one -> HOMEPAGE.matcher(one).matches(), "an http or https address"),
                node.optional("changelog", 10_000, one -> true, "a text"),
                requires(node.child("requires")),
                permissions(node.child("permissions")),
                indexes(node),
                limits(node.child("limits")),
                configuration(node));
        node.refuseRest();
        return manifest;
    }

    private String license(Node node) {
        String license = node.text(
                "license", 200, Licenses::isExpression, "an SPDX licence id, such as Apache-2.0 or LicenseRef-Acme");
        if (Licenses.isExpression(license) && !Licenses.isKnown(license)) {
            findings.add(Code.LICENSE_UNKNOWN, "license", license + " is no licence id the platform knows");
        }
        return license;
    }

    private ExtensionManifest.Requires requires(Node node) {
        Predicate<String> range = one -> Ranges.range(one).isPresent();
        String form = "a range of versions, such as [1.0,2) or ^1.2.3";
        String api = node.text("api", 60, range, form);
        Map<String, String> extensions = new LinkedHashMap<>();
        Node needed = node.child("extensions");
        for (String id : needed.keys(50)) {
            if (!ID.matcher(id).matches()) {
                needed.value(id, "the id of an extension as key");
            }
            extensions.put(id, needed.text(id, 60, range, form));
        }
        node.refuseRest();
        return new ExtensionManifest.Requires(api, extensions);
    }

    private ExtensionManifest.Permissions permissions(Node node) {
        Set<String> events = node.texts(
                "events",
                100,
                one -> one.length() <= 100 && EVENT.matcher(one).matches(),
                "types of events, such as provision.*");
        Set<String> network = node.texts("network", 50, ManifestReader::isHost, "host or host:port, in lower case");
        Set<String> unsafe = node.texts(
                "unsafe",
                20,
                JdkAccess.PERMISSIONS::contains,
                "of " + JdkAccess.PERMISSIONS.stream().sorted().toList());
        node.refuseRest();
        return new ExtensionManifest.Permissions(events, network, unsafe);
    }

    private static boolean isHost(String text) {
        return text.length() <= 259
                && HOST.matcher(text).matches()
                && (text.indexOf(':') < 0 || Integer.parseInt(text.substring(text.indexOf(':') + 1)) <= 65_535);
    }

    private Map<String, Set<String>> indexes(Node node) {
        Map<String, Set<String>> indexes = new LinkedHashMap<>();
        Node collections = node.child("indexes");
        for (String collection : collections.keys(50)) {
            if (!COLLECTION.matcher(collection).matches()) {
                collections.value(collection, "the name of a collection (a-z, 0-9, _ and -) as key");
            }
            indexes.put(
                    collection,
                    collections.texts(collection, 10, one -> FIELD.matcher(one).matches(), "names of fields"));
        }
        return indexes;
    }

    private ExtensionManifest.Limits limits(Node node) {
        ExtensionManifest.Limits limits = new ExtensionManifest.Limits(
                node.number(
                        "concurrency",
                        ExtensionManifest.Limits.DEFAULT.concurrency(),
                        ExtensionManifest.Limits.MAX_CONCURRENCY),
                node.number(
                        "call_seconds",
                        ExtensionManifest.Limits.DEFAULT.callSeconds(),
                        ExtensionManifest.Limits.MAX_CALL_SECONDS));
        node.refuseRest();
        return limits;
    }

    private Map<String, Object> configuration(Node node) {
        Map<String, Object> schema = node.json("configuration");
        List<String> problems = ConfigurationSchema.problemsOf(schema);
        for (String problem : problems) {
            wrong = true;
            findings.add(Code.CONFIGURATION_SCHEMA, "configuration", problem);
        }
        return schema;
    }

    /** One object of the file, and which of its keys were asked for. */
    private final class Node {
        private final String path;
        private final Map<?, ?> values;
        private final Set<String> known = new LinkedHashSet<>();

        Node(String path, Map<?, ?> values) {
            this.path = path;
            this.values = values;
        }

        private String at(String key) {
            return path.isEmpty() ? key : path + "." + key;
        }

        void value(String key, String expected) {
            wrong = true;
            findings.add(Code.MANIFEST_VALUE, at(key), "It must be " + expected);
        }

        private void missing(String key) {
            wrong = true;
            findings.add(Code.MANIFEST_MISSING_KEY, at(key), "The key is missing");
        }

        private Object take(String key) {
            known.add(key);
            return values.get(key);
        }

        String text(String key, int most, Predicate<String> valid, String expected) {
            if (take(key) == null) {
                missing(key);
                return "";
            }
            return optional(key, most, valid, expected);
        }

        String optional(String key, int most, Predicate<String> valid, String expected) {
            Object value = take(key);
            if (value == null) {
                return "";
            }
            if (value instanceof String text && !text.isBlank() && text.length() <= most && valid.test(text)) {
                return text;
            }
            value(key, expected + ", at most " + most + " characters");
            return "";
        }

        Set<String> texts(String key, int most, Predicate<String> valid, String expected) {
            Object value = take(key);
            Set<String> texts = new LinkedHashSet<>();
            if (value == null) {
                return texts;
            }
            boolean good = value instanceof List<?> list
                    && list.size() <= most
                    && list.stream().allMatch(one -> one instanceof String text && valid.test(text) && texts.add(text));
            if (!good) {
                value(key, "a list of " + expected + ", at most " + most + ", none twice");
            }
            return texts;
        }

        int number(String key, int preset, int most) {
            Object value = take(key);
            if (value == null) {
                return preset;
            }
            if (value instanceof Integer number && number >= 1 && number <= most) {
                return number;
            }
            value(key, "a whole number from 1 to " + most);
            return preset;
        }

        /** An empty one when the key is not there. */
        Node child(String key) {
            Object value = take(key);
            if (value instanceof Map<?, ?> map) {
                return new Node(at(key), map);
            }
            if (value != null) {
                value(key, "keys and values");
            }
            return new Node(at(key), Map.of());
        }

        Set<String> keys(int most) {
            Set<String> keys =
                    values.keySet().stream().map(String::valueOf).collect(Collectors.toCollection(LinkedHashSet::new));
            known.addAll(keys);
            if (keys.size() > most) {
                wrong = true;
                findings.add(Code.MANIFEST_VALUE, path, "It must have at most " + most + " keys");
                return Set.of();
            }
            return keys;
        }

        Map<String, Object> json(String key) {
            Object value = take(key);
            if (value == null) {
                return ConfigurationSchema.NONE;
            }
            Optional<Object> json = Json.copy(value);
            if (json.isPresent() && json.get() instanceof Map<?, ?> map) {
                Map<String, Object> copy = new LinkedHashMap<>();
                map.forEach((name, one) -> copy.put((String) name, one));
                return copy;
            }
            value(key, "a JSON Schema");
            return ConfigurationSchema.NONE;
        }

        void refuseRest() {
            for (Object key : values.keySet()) {
                if (!(key instanceof String name) || !known.contains(name)) {
                    wrong = true;
                    findings.add(Code.MANIFEST_UNKNOWN_KEY, at(String.valueOf(key)), "There is no such key");
                }
            }
        }
    }
}
