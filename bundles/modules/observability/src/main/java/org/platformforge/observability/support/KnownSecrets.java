package org.platformforge.observability.support;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.osgi.service.cm.Configuration;

/** Secrets that this instance holds in places where they can be read: to find them again where they should not be. */
final class KnownSecrets {
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]{4,200})\"\\s*[,}]");
    private static final Pattern IN_URL = Pattern.compile("://[^/\\s:@]*:([^/\\s@]+)@|[?&;]password=([^&;\\s]+)");
    /** Settings about secrets, and the shell's current folder: redacted by their names, but their values are all over the place. */
    private static final Pattern NO_SECRET = Pattern.compile(
            "(?i)(?:OLD)?PWD|.*[._-](?:issuer|audience|seconds|minutes|hours|days|enabled|size|path|file|folder|dir)");

    private static final long LARGEST = 64 * 1024;

    private final Set<String> values = new HashSet<>();

    Set<String> values() {
        return values;
    }

    /** By names and by URLs with passwords in them. */
    KnownSecrets map(Map<String, String> map) {
        map.forEach(this::entry);
        return this;
    }

    KnownSecrets configurations(Configuration... configurations) {
        for (Configuration configuration : configurations) {
            Enumeration<String> keys = configuration.getProperties() == null
                    ? java.util.Collections.emptyEnumeration()
                    : configuration.getProperties().keys();
            while (keys.hasMoreElements()) {
                String key = keys.nextElement();
                entry(key, String.valueOf(configuration.getProperties().get(key)));
            }
        }
        return this;
    }

    /** Keys and the first administrator's credential. A file that cannot be read now holds nothing that was written into ours. */
    KnownSecrets files(Path data) throws IOException {
        Path keys = data.resolve("keys");
        if (Files.isDirectory(keys)) {
            try (Stream<Path> files = Files.walk(keys, 2)) {
                for (Path file : files.filter(KnownSecrets::isSmallFile).toList()) {
                    Files.readString(file, StandardCharsets.ISO_8859_1).lines().forEach(this::add);
                }
            }
        }
        Path admin = data.resolve("bootstrap-admin.json");
        if (isSmallFile(admin)) {
            Matcher quoted = QUOTED.matcher(Files.readString(admin));
            while (quoted.find()) {
                if (quoted.group(1).indexOf('@') < 0) { // the address is no secret
                    add(quoted.group(1));
                }
            }
        }
        return this;
    }

    private static boolean isSmallFile(Path file) {
        try {
            return Files.isRegularFile(file) && Files.isReadable(file) && Files.size(file) < LARGEST;
        } catch (IOException e) {
            return false; // it has gone
        }
    }

    private void entry(String name, String value) {
        if (Redactor.isSensitive(name) && !NO_SECRET.matcher(name).matches()) {
            add(value);
            // several keys in one setting
            Stream.of(value.split("[,\\s]+"))
                    .filter(part -> part.length() >= 12)
                    .forEach(this::add);
        }
        Matcher url = IN_URL.matcher(value);
        while (url.find()) {
            add(url.group(1) == null ? url.group(2) : url.group(1));
        }
    }

    private void add(String value) {
        String secret = value.strip();
        if (secret.length() < 4) {
            return;
        }
        values.add(secret);
        values.add(secret.replace("\\", "\\\\").replace("\"", "\\\""));
        values.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
        if (secret.length() >= 8) {
            values.add(Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
