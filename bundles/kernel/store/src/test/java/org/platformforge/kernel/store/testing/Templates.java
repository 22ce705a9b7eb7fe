package org.platformforge.kernel.store.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.derby.jdbc.EmbeddedDataSource;
import org.platformforge.kernel.store.database.Database;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.database.DatabaseSettings;
import org.platformforge.kernel.store.migrate.Migrator;

/**
 * New databases that have the tables of some modules already: each set of modules is migrated once per JVM, and copied
 * afterwards. Thread-safe.
 */
final class Templates {
    /** Names of the modules' classes, not the classes, which would stay in memory: the name of the copy's source. */
    private static final Map<List<String>, String> MADE = new ConcurrentHashMap<>();

    private Templates() {}

    /** Settings of a new in-memory Derby, or of a new database of this JVM's PostgreSQL. */
    static DatabaseSettings newDatabase(DatabaseKind kind, Class<?>... modules) {
        List<String> key = Stream.concat(
                        Stream.of(kind.id()), Stream.of(modules).map(Class::getName))
                .toList();
        String template = MADE.computeIfAbsent(key, absent -> make(kind, modules));
        if (kind == DatabaseKind.POSTGRESQL) {
            return PostgresServer.shared().newDatabase(template);
        }
        String name = "memory:" + UUID.randomUUID();
        EmbeddedDataSource source = derby(name);
        source.setConnectionAttributes("createFrom=" + template);
        try (Connection copied = source.getConnection()) {
            return derbySettings(name);
        } catch (SQLException e) {
            throw new IllegalStateException("Derby could not copy " + template, e);
        }
    }

    private static String make(DatabaseKind kind, Class<?>... modules) {
        String name = UUID.randomUUID().toString();
        DatabaseSettings settings = kind == DatabaseKind.POSTGRESQL
                ? PostgresServer.shared().newDatabase()
                : derbySettings("memory:" + name);
        try {
            Database database = Database.open(settings);
            try {
                Migrator migrator = new Migrator(database);
                migrator.apply(ModuleFiles.of(Database.class, kind).migrations());
                for (Class<?> module : modules) {
                    migrator.apply(ModuleFiles.of(module, kind).migrations());
                }
                return kind == DatabaseKind.POSTGRESQL
                        ? PostgresServer.nameOf(settings)
                        : backUp(name).toString();
            } finally {
                database.close();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("No database at " + settings, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path backUp(String name) throws IOException, SQLException {
        Path folder = Files.createTempDirectory("derby-template");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
        try (Connection connection = derby("memory:" + name).getConnection();
                PreparedStatement call =
                        connection.prepareStatement("CALL SYSCS_UTIL.SYSCS_BACKUP_DATABASE_NOWAIT(?)")) {
            call.setString(1, folder.toString());
            call.execute();
        }
        return folder.resolve(name);
    }

    private static EmbeddedDataSource derby(String name) {
        EmbeddedDataSource source = new EmbeddedDataSource();
        source.setDatabaseName(name);
        return source;
    }

    private static DatabaseSettings derbySettings(String name) {
        return DatabaseSettings.of("jdbc:derby:" + name, null, null);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
