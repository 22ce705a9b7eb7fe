package org.platformforge.kernel.store.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.platformforge.kernel.store.database.DatabaseSettings;

/** One real PostgreSQL per test JVM, started when first needed; stops with the JVM. */
final class PostgresServer {
    /** Neither superuser nor exempt from row-level security, as a careful operator would set it up. */
    static final String OWNER = "forge_owner";

    private static final String PASSWORD = "forge";
    private final EmbeddedPostgres server;
    private final AtomicInteger databases = new AtomicInteger();

    private PostgresServer() {
        try {
            server = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "400")
                    .setServerConfig("fsync", "off")
                    .setServerConfig("deadlock_timeout", "200ms")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL could not be started", e);
        }
        asSuperuser("CREATE ROLE " + OWNER + " LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS PASSWORD '" + PASSWORD + "'");
    }

    static PostgresServer shared() {
        return Holder.SERVER;
    }

    /** Settings of a new, empty database that {@link #OWNER} owns. */
    DatabaseSettings newDatabase() {
        return newDatabase("template1");
    }

    /** Settings of a new database that {@link #OWNER} owns, with what is in the given one, to which nobody is connected. */
    DatabaseSettings newDatabase(String template) {
        String name = "forge_" + databases.incrementAndGet();
        asSuperuser("CREATE DATABASE " + name + " OWNER " + OWNER + " TEMPLATE " + template);
        return DatabaseSettings.of("jdbc:postgresql://localhost:" + server.getPort() + "/" + name, OWNER, PASSWORD);
    }

    /** Settings of the same database for the superuser, whom row-level security does not bind. */
    DatabaseSettings asSuperuser(DatabaseSettings settings) {
        return DatabaseSettings.of(settings.url(), "postgres", "postgres");
    }

    void drop(DatabaseSettings settings) {
        asSuperuser("DROP DATABASE IF EXISTS " + nameOf(settings) + " WITH (FORCE)");
    }

    static String nameOf(DatabaseSettings settings) {
        return settings.url().substring(settings.url().lastIndexOf('/') + 1);
    }

    void asSuperuser(String sql) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static final class Holder {
        static final PostgresServer SERVER = new PostgresServer();
    }
}
