package org.platformforge.launcher.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the reference of all settings: the texts of {@code config/}, with the types and defaults of the components that read
 * them. What stands in one of the two only fails the build.
 */
public final class ConfigReference {
    private final Keys keys;
    private final Map<String, ConfigFile> files;

    ConfigReference(Keys keys, List<ConfigFile> files) {
        this.keys = keys;
        this.files = files.stream().collect(Collectors.toMap(ConfigFile::pid, file -> file));
    }

    /** @param args the distribution's system folder, the folder config, the file to write */
    public static void main(String[] args) throws IOException {
        Path config = Path.of(args[1]);
        List<ConfigFile> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(config)) {
            for (Path file :
                    all.filter(path -> path.toString().endsWith(".cfg")).toList()) {
                files.add(ConfigFile.read(file));
            }
        }
        ConfigReference reference = new ConfigReference(Keys.of(Path.of(args[0])), files);
        List<String> missing = reference.missing();
        if (!missing.isEmpty()) {
            throw new IOException("config/ and the components differ:\n" + String.join("\n", missing));
        }
        Files.writeString(
                Path.of(args[2]),
                reference.text(Files.readString(config.resolve("forge.env"))),
                StandardCharsets.UTF_8);
    }

    /** Keys without a line in config/, lines without a key, and lines without a word about them. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (String pid : new TreeSet<>(keys.all().keySet())) {
            ConfigFile file = files.get(pid);
            if (file == null) {
                missing.add("config/" + pid + ".cfg is missing");
                continue;
            }
            List<String> shown =
                    file.entries().stream().map(ConfigFile.Entry::key).toList();
            keys.all().get(pid).keySet().stream()
                    .filter(name -> !shown.contains(name))
                    .forEach(name -> missing.add("config/" + pid + ".cfg does not show " + name));
            for (ConfigFile.Entry entry : file.entries()) {
                if (keys.find(pid, entry.key()) == null
                        && Keys.chosen(pid, entry.key()).isEmpty()) {
                    missing.add("config/" + pid + ".cfg shows " + entry.key() + ", which nothing reads");
                }
            }
        }
        files.keySet().stream()
                .filter(pid -> !keys.hasPid(pid))
                .forEach(pid -> missing.add("config/" + pid + ".cfg: nothing reads it"));
        return missing;
    }

    String text(String environment) {
        StringBuilder text = new StringBuilder("""
                # Configuration

                Every setting of this version. `config/forge.env` is read at a start; the `.cfg` files are read when they change, and
                apply at once unless a line says otherwise. `bin/forge config check` says what is wrong with them, before a start.

                In a `.cfg` file `${env:NAME}` is a variable of the environment, `$[secret:name]` the content of the file `name` in
                `FORGE_SECRETS`, and `$[env:NAME;default=]` a variable that stays out of what the console shows: for secrets.

                ## forge.env

                ```
                """);
        text.append(environment.strip()).append("\n```\n");
        keys.all().keySet().forEach(pid -> section(text, files.get(pid)));
        return text.toString();
    }

    private void section(StringBuilder text, ConfigFile file) {
        text.append("\n## ")
                .append(file.pid())
                .append("\n\n")
                .append(file.intro())
                .append("\n\n");
        text.append("| Key | Type | Default | |\n|---|---|---|---|\n");
        String comment = "";
        for (ConfigFile.Entry entry : file.entries()) {
            Keys.Key key = keys.find(file.pid(), entry.key());
            comment = entry.comment();
            text.append("| `")
                    .append(entry.key())
                    .append("` | ")
                    .append(key == null ? "text" : type(key))
                    .append(" | ")
                    .append(entry.value().isEmpty() ? "" : "`" + cell(entry.value()) + "`")
                    .append(" | ")
                    .append(cell(comment.isEmpty() && key != null ? key.description() : comment))
                    .append(" |\n");
        }
    }

    private static String type(Keys.Key key) {
        String type = switch (key.type()) {
            case "Integer", "Long" -> "whole number";
            case "Double", "Float" -> "number";
            case "Boolean" -> "true or false";
            case "Password" -> "secret";
            default -> "text";
        };
        return key.many() ? "list of " + type : type;
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
