package org.platformforge.kernel.derby;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;

/** One Derby with classes of its own, so that two of them run in one process. Not thread-safe. */
final class Derby implements AutoCloseable {
    private final URLClassLoader loader;
    private final Driver driver;

    /** @param classes Derby's jar, or a folder with its contents */
    Derby(Path classes) throws Exception {
        loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
        driver = (Driver) loader.loadClass("org.apache.derby.jdbc.EmbeddedDriver")
                .getDeclaredConstructor()
                .newInstance();
    }

    Connection connect(Path database, String attributes) throws SQLException {
        return driver.connect("jdbc:derby:" + database + attributes, new Properties());
    }

    void shutdown(Path database) {
        stop("jdbc:derby:" + database + ";shutdown=true");
    }

    private void stop(String url) {
        try (Connection none = driver.connect(url, new Properties())) {
            throw new IllegalStateException("Derby did not stop");
        } catch (SQLException stopped) {
            // that is how Derby says that it has
        }
    }

    @Override
    public void close() throws IOException {
        stop("jdbc:derby:;shutdown=true");
        loader.close();
    }
}
