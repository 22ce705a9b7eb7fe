package org.platformforge.launcher;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.util.stream.Stream;

/**
 * Starts one instance: makes its framework settings from the distribution's templates, then hands over to Karaf.
 *
 * <p>An instance never writes into the distribution, so that several can run from one unpacked folder. Everything it
 * writes stands under {@code forge.data}; {@code karaf.etc} there is made anew at every start.
 */
public final class Main {
    private Main() {}

    /**
     * @param args handed on to Karaf
     * @throws Throwable what keeps the instance from starting; the launcher script shows it
     */
    public static void main(String[] args) throws Throwable {
        Path etc = folder("karaf.etc");
        settings(folder("karaf.home").resolve("lib/etc"), folder("forge.config"), etc);
        FeatureSets.apply(folder("karaf.home").resolve("lib/etc"), folder("forge.data"), etc);
        JsonLog.apply(System.getenv("FORGE_LOG_FORMAT"), etc);
        login(folder("forge.data"), etc);
        MethodHandles.publicLookup()
                .findStatic(
                        Class.forName("org.apache.karaf.main.Main"),
                        "main",
                        MethodType.methodType(void.class, String[].class))
                .invoke(args);
    }

    /**
     * Copies with the times of the templates: unchanged files then cause no configuration events. A template of which the
     * operator has a version of his own stays out, as a configuration has one file.
     */
    static void settings(Path templates, Path config, Path etc) throws IOException {
        Files.createDirectories(etc);
        try (Stream<Path> files = Files.list(templates)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = etc.resolve(file.getFileName());
                if (Files.exists(config.resolve(file.getFileName()))) {
                    Files.deleteIfExists(copy);
                } else {
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    /** The instance's own key is the one login that needs no platform user; there is no default password. */
    static void login(Path data, Path etc) throws IOException, GeneralSecurityException {
        String key = SshKeys.ensure(data).split(" ")[1];
        Path users = etc.resolve("keys.properties");
        String text =
                SshKeys.USER + "=" + key + ",_g_:forge\n_g_\\:forge=group,admin,manager,viewer,systembundles,ssh\n";
        if (!Files.exists(users) || !Files.readString(users).equals(text)) {
            Files.writeString(users, text);
        }
    }

    private static Path folder(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new IllegalStateException("Start the platform with bin/forge: " + property + " is not set");
        }
        return Path.of(value);
    }
}
