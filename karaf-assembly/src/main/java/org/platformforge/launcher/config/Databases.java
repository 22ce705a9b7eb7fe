package org.platformforge.launcher.config;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Tries the database with the driver that the platform itself uses, which lies within its store bundle. */
final class Databases {
    private static final String SECONDS = "5";

    private Databases() {}

    /** @return null when one can log in */
    static String problem(Path system, String url, String user, String password) throws IOException {
        if (!url.startsWith("jdbc:postgresql:")) {
            return "the database is neither empty (embedded Derby) nor jdbc:postgresql://…";
        }
        Path driver = Files.createTempFile("driver", ".jar");
        try {
            unpack(system, driver);
            return login(driver, url, user, password);
        } finally {
            Files.delete(driver);
        }
    }

    private static void unpack(Path system, Path driver) throws IOException {
        try (Stream<Path> files = Files.walk(system.resolve("org/platformforge/org.platformforge.kernel.store"))) {
            Path store = files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no store bundle in " + system));
            try (JarFile jar = new JarFile(store.toFile());
                    InputStream in = jar.getInputStream(jar.getJarEntry("lib/postgresql.jar"))) {
                Files.copy(in, driver, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static String login(Path driver, String url, String user, String password) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("loginTimeout", SECONDS);
        properties.setProperty("connectTimeout", SECONDS);
        properties.setProperty("socketTimeout", SECONDS);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {driver.toUri().toURL()})) {
            Driver postgresql = (Driver) loader.loadClass("org.postgresql.Driver")
                    .getDeclaredConstructor()
                    .newInstance();
            try (Connection connection = postgresql.connect(url, properties)) {
                return connection == null ? "the address of the database cannot be read" : null;
            }
        } catch (SQLException e) {
            return "nobody can log in at the database: "
                    + e.getMessage().lines().findFirst().orElse("");
        } catch (ReflectiveOperationException e) {
            throw new IOException(e);
        }
    }
}
