package org.platformforge.itests.blackbox;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** A PostgreSQL server of the tests' own, with a role and an empty database as an operator makes them. */
public final class Postgresql implements AutoCloseable {
    private final EmbeddedPostgres server;

    /** One that is quick and may lose what it has acknowledged when the machine, not the process, goes down. */
    Postgresql() {
        this(Map.of());
    }

    private Postgresql(Map<String, String> settings) {
        try {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
            settings.forEach(builder::setServerConfig);
            server = builder.start();
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

    /** One that writes every commit to the disk, as an operator's does. */
    public static Postgresql durable() {
        Map<String, String> durable = Map.of("fsync", "on", "synchronous_commit", "on");
        Postgresql database = new Postgresql(durable);
        durable.forEach((name, value) -> {
            if (!database.show(name).equals(value)) {
                throw new IllegalStateException("PostgreSQL has " + name + " = " + database.show(name));
            }
        });
        return database;
    }

    /** What {@code bin/forge} needs to know of it. */
    public Map<String, String> environment() {
        return Map.of(
                "FORGE_DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/forge",
                "FORGE_DATABASE_USER", "forge",
                "FORGE_DATABASE_PASSWORD", "forge");
    }

    /** Of the process above all others of it. */
    public long pid() {
        try {
            return Long.parseLong(Files.readAllLines(Path.of(show("data_directory"), "postmaster.pid"))
                    .get(0)
                    .trim());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String show(String setting) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + setting)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
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
