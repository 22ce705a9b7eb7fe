package org.platformforge.kernel.store.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Derby engine of this process. It can be told where its files are by system properties alone, before its first
 * database is opened.
 */
public final class DerbyEngine {
    private static final Logger LOG = LoggerFactory.getLogger(DerbyEngine.class);
    private static final String ENGINE_STOPPED = "XJ015";

    private DerbyEngine() {}

    /**
     * @param home where databases with relative names are, made when missing
     * @param log the engine's own log; begun anew at each start
     */
    public static void configure(Path home, Path log) throws IOException {
        Files.createDirectories(home);
        Files.createDirectories(log.getParent());
        Map<String, String> properties = Map.of(
                "derby.system.home",
                home.toString(),
                "derby.stream.error.file",
                log.toString(),
                // Files for the platform's own user only, and no way in from the network.
                "derby.storage.useDefaultFilePermissions",
                "false",
                "derby.drda.startNetworkServer",
                "false",
                // The platform's modules have some hundred statements; what does not fit is compiled, to a class, each
                // time.
                "derby.language.statementCacheSize",
                "500");
        properties.forEach(System::setProperty);
    }

    /** Ends the engine with its threads, so that nothing of it outlives this bundle. */
    public static void shutdown() {
        try (Connection unexpected = DriverManager.getConnection("jdbc:derby:;shutdown=true;deregister=true")) {
            LOG.warn("Derby did not confirm its shutdown");
        } catch (SQLException e) {
            if (!ENGINE_STOPPED.equals(e.getSQLState())) {
                LOG.warn("Derby did not shut down cleanly: {}", e.getMessage());
            }
        }
    }
}
