package org.platformforge.launcher.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code bin/forge config check}: what would be wrong after a start, one line each with file and line, without a start. Ends
 * with 1 when there is an error, with 0 when there is none or warnings only.
 */
public final class ConfigCheck {
    private static final String STORE = "org.platformforge.kernel.store";
    private static final String SECURITY = "org.platformforge.kernel.security";
    private static final String AUTH = "org.platformforge.auth";
    private static final String TLS = "org.platformforge.kernel.http.tls";
    private static final Pattern SETTING = Pattern.compile("#?(FORGE_[A-Z_]+)=(.*)");

    private final Path system;
    private final Path config;
    private final Values values;
    private final Keys keys;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, ConfigFile> files = new java.util.TreeMap<>();

    ConfigCheck(Path home, Path config, Values values) throws IOException {
        this.system = home.resolve("system");
        this.config = config;
        this.values = values;
        this.keys = Keys.of(system);
    }

    /** @param args none; the folders come from the properties that bin/forge sets */
    public static void main(String[] args) throws IOException {
        Path home = Path.of(System.getProperty("karaf.home"));
        Path config = Path.of(System.getProperty("forge.config"));
        Map<String, String> properties = Map.of(
                "forge.data", System.getProperty("forge.data"),
                "forge.config", config.toString(),
                "forge.http.port", System.getenv().getOrDefault("FORGE_HTTP_PORT", ""),
                "karaf.home", home.toString());
        Values values = new Values(System.getenv(), properties, Path.of(System.getProperty("forge.secrets")));
        List<Problem> problems = new ConfigCheck(home, config, values).problems();
        print(problems, System.out);
        System.exit(problems.stream().anyMatch(Problem::fatal) ? 1 : 0);
    }

    private static void print(List<Problem> problems, PrintStream out) {
        problems.forEach(out::println);
        long errors = problems.stream().filter(Problem::fatal).count();
        out.println(
                problems.isEmpty()
                        ? "The configuration is right"
                        : count(errors, "error") + ", " + count(problems.size() - errors, "warning"));
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    List<Problem> problems() throws IOException {
        try (Stream<Path> all = Files.list(config)) {
            for (Path path : all.filter(file -> file.toString().endsWith(".cfg"))
                    .sorted()
                    .toList()) {
                ConfigFile file = ConfigFile.read(path);
                files.put(file.pid(), file);
                problems.addAll(new FileRules(keys, values).problems(file));
            }
        }
        settings();
        database();
        secrets();
        certificate();
        return problems;
    }

    private void settings() throws IOException {
        Path file = config.resolve("forge.env");
        if (!Files.exists(file)) {
            return;
        }
        Set<String> known = known();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher setting = SETTING.matcher(line);
            if (!setting.matches() || !known.contains(setting.group(1))) {
                problems.add(new Problem(file, i + 1, true, "unknown setting " + line.replaceAll("[=\\s].*", "")));
            } else if (setting.group(1).matches(".*(PASSWORD|SECRET_KEY)")
                    && !setting.group(2).isEmpty()
                    && FileRules.isOpen(file)) {
                problems.add(new Problem(
                        file,
                        i + 1,
                        false,
                        setting.group(1) + " is a secret in a file that others can read: chmod 600"));
            }
        }
    }

    /** The settings that the file of this version explains. */
    private static Set<String> known() throws IOException {
        Set<String> known = new TreeSet<>(Set.of("FORGE_CONFIG", "FORGE_SECRET_KEY"));
        try (InputStream in = ConfigCheck.class.getResourceAsStream("/forge.env")) {
            Matcher setting = Pattern.compile("(?m)^" + SETTING.pattern())
                    .matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            while (setting.find()) {
                known.add(setting.group(1));
            }
        }
        return known;
    }

    private void database() throws IOException {
        String url = value(STORE, "url");
        if (!url.isEmpty()) {
            String problem = Databases.problem(system, url, value(STORE, "user"), value(STORE, "password"));
            if (problem != null) {
                add(STORE, "url", true, problem);
            }
        }
    }

    private void secrets() {
        if (!value(STORE, "url").isEmpty()) {
            weak(STORE, "password", value(STORE, "user"));
        }
        weak(AUTH, "admin.password", value(AUTH, "admin.email"));
        String key = value(SECURITY, "secret.key");
        if (!key.isEmpty()) {
            SecretRules.key(key).forEach(text -> add(SECURITY, "secret.key", true, "secret.key " + text));
        }
    }

    /** An empty one is generated, or asks for none; both are said elsewhere. */
    private void weak(String pid, String name, String kin) {
        String password = value(pid, name);
        if (!password.isEmpty()) {
            SecretRules.password(password, kin).forEach(text -> add(pid, name, false, name + " " + text));
        }
    }

    private void certificate() {
        String port = value(TLS, "port");
        if (port.isEmpty() || port.equals("0")) {
            return;
        }
        for (String name : List.of("certificate", "key")) {
            String file = value(TLS, name);
            if (file.isEmpty() && name.equals("certificate")) {
                add(TLS, name, true, "HTTPS has a port and no certificate");
            } else if (!file.isEmpty() && !Files.isReadable(Path.of(file))) {
                add(TLS, name, true, name + ": there is no readable file " + file);
            }
        }
    }

    private String value(String pid, String name) {
        ConfigFile.Entry entry = entry(pid, name);
        return entry == null ? "" : values.of(entry.value()).text();
    }

    private ConfigFile.Entry entry(String pid, String name) {
        ConfigFile file = files.get(pid);
        return file == null
                ? null
                : file.entries().stream()
                        .filter(entry -> entry.key().equals(name))
                        .findFirst()
                        .orElse(null);
    }

    private void add(String pid, String name, boolean fatal, String text) {
        problems.add(new Problem(files.get(pid).path(), line(pid, name), fatal, text));
    }

    private int line(String pid, String name) {
        ConfigFile.Entry entry = entry(pid, name);
        return entry == null ? 0 : entry.line();
    }
}
