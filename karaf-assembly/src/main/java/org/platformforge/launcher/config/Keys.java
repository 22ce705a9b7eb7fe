package org.platformforge.launcher.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Which keys each configuration has: what the bundles say in their metatype descriptions, which are made of the types the
 * components read. By PID, and by key in the order of the type. Immutable.
 */
final class Keys {
    /** Keys whose names operators choose, which a type cannot list. */
    private static final Map<String, List<Chosen>> CHOSEN = Map.of(
            "org.platformforge.kernel.security", List.of(new Chosen("role.", ".*", "")),
            "org.platformforge.kernel.security.ratelimit",
                    List.of(
                            new Chosen(
                                    "policy.",
                                    "(?i)unlimited|\\d{1,12}\\s*/\\s*\\d{1,6}(ms|s|m|h|d)\\s+per\\s+(caller|tenant|address)"
                                            + "(\\s+when\\s+(standard|premium|user|key))?",
                                    "100/1m per caller when standard, or unlimited"),
                            new Chosen("dialect.", "[a-z0-9, -]*", "paas-address,paas-user")));

    private final SortedMap<String, Map<String, Key>> pids = new TreeMap<>();

    /**
     * Keys that operators name.
     *
     * @param form of a value, as the component that reads it says
     * @param example of one
     */
    record Chosen(String prefix, String form, String example) {
        boolean fits(String value) {
            return value.matches(form);
        }
    }

    /**
     * @param type of the metatype: String, Integer, Long, Boolean, Password, …
     * @param min smallest number there may be; empty for any
     * @param many whether it is a list, separated by commas
     */
    record Key(String name, String type, boolean many, String min, String max, String description) {
        boolean isSecret() {
            return type.equals("Password");
        }
    }

    /** @param system the distribution's folder of bundles */
    static Keys of(Path system) throws IOException {
        Keys keys = new Keys();
        try (Stream<Path> files = Files.walk(system.resolve("org/platformforge"))) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                keys.add(jar);
            }
        }
        return keys;
    }

    private void add(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            for (var entry : jar.stream()
                    .filter(entry -> entry.getName().startsWith("OSGI-INF/metatype/")
                            && entry.getName().endsWith(".xml"))
                    .toList()) {
                try (InputStream in = jar.getInputStream(entry)) {
                    read(in);
                } catch (XMLStreamException e) {
                    throw new IOException(file + ": " + entry.getName(), e);
                }
            }
        }
    }

    private void read(InputStream in) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        XMLStreamReader xml = factory.createXMLStreamReader(in);
        Map<String, Key> current = Map.of();
        while (xml.hasNext()) {
            if (xml.next() == XMLStreamConstants.START_ELEMENT) {
                if (xml.getLocalName().equals("OCD")) {
                    current = pids.computeIfAbsent(attribute(xml, "id"), id -> new LinkedHashMap<>());
                } else if (xml.getLocalName().equals("AD")) {
                    String name = attribute(xml, "id");
                    boolean many = !List.of("", "0").contains(attribute(xml, "cardinality"));
                    current.put(
                            name,
                            new Key(
                                    name,
                                    attribute(xml, "type"),
                                    many,
                                    attribute(xml, "min"),
                                    attribute(xml, "max"),
                                    attribute(xml, "description")));
                }
            }
        }
    }

    private static String attribute(XMLStreamReader xml, String name) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? "" : value;
    }

    SortedMap<String, Map<String, Key>> all() {
        return pids;
    }

    boolean hasPid(String pid) {
        return pids.containsKey(pid);
    }

    /** @return null when there is none of that name, also where operators may choose names */
    Key find(String pid, String name) {
        return pids.getOrDefault(pid, Map.of()).get(name);
    }

    static Optional<Chosen> chosen(String pid, String name) {
        return CHOSEN.getOrDefault(pid, List.of()).stream()
                .filter(chosen -> name.startsWith(chosen.prefix())
                        && name.length() > chosen.prefix().length())
                .findFirst();
    }
}
