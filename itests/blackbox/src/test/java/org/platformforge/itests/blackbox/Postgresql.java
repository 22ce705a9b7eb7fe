package org.platformforge.itests.blackbox;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** A PostgreSQL server of the tests' own, with a role and an empty database as an operator makes them. */
final class Postgresql implements AutoCloseable {
    private final EmbeddedPostgres server;

    Postgresql() {
        try {
            server = EmbeddedPostgres.builder().start();
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE ROLE forge LOGIN PASSWORD 'forge'");
                statement.execute("CREATE DATABASE forge OWNER forge");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What {@code bin/forge} needs to know of it. */
    Map<String, String> environment() {
        return Map.of(
                "FORGE_DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/forge",
                "FORGE_DATABASE_USER", "forge",
                "FORGE_DATABASE_PASSWORD", "forge");
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
