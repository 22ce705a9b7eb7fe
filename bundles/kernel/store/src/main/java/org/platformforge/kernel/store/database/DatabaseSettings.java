package org.platformforge.kernel.store.database;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * Where the database is and how it may be used.
 *
 * @param url {@code jdbc:derby:<folder>} or {@code jdbc:postgresql://…}
 * @param user may be null: Derby needs none, PostgreSQL then takes the URL's or the system's
 * @param password may be null
 * @param poolSize connections at most
 * @param acquireTimeout how long a caller waits for a connection
 * @param statementTimeout after which PostgreSQL ends a statement
 * @param lockTimeout how long a statement waits for a row lock
 */
public record DatabaseSettings(
        String url,
        String user,
        String password,
        int poolSize,
        Duration acquireTimeout,
        Duration statementTimeout,
        Duration lockTimeout) {
    private static final String DERBY = "jdbc:derby:";
    private static final String POSTGRESQL = "jdbc:postgresql:";

    public DatabaseSettings {
        Objects.requireNonNull(url, "url");
        if (!url.startsWith(DERBY) && !url.startsWith(POSTGRESQL)) {
            throw new IllegalArgumentException(
                    "The database URL starts neither with " + DERBY + " nor with " + POSTGRESQL + "//");
        }
        if (poolSize < 2) {
            throw new IllegalArgumentException("The pool needs at least 2 connections, configured are " + poolSize);
        }
        requirePositive("acquire timeout", acquireTimeout);
        requirePositive("statement timeout", statementTimeout);
        requirePositive("lock timeout", lockTimeout);
    }

    private static void requirePositive(String what, Duration value) {
        if (value.compareTo(Duration.ofMillis(250)) < 0) {
            throw new IllegalArgumentException(
                    "The " + what + " must be at least 250 ms, configured is " + value.toMillis() + " ms");
        }
    }

    public static DatabaseSettings of(String url, String user, String password) {
        return new DatabaseSettings(
                url, user, password, 16, Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(10));
    }

    public DatabaseKind kind() {
        return url.startsWith(DERBY) ? DatabaseKind.DERBY : DatabaseKind.POSTGRESQL;
    }

    /** Derby's database name: a folder, or {@code memory:<name>}. */
    String derbyName() {
        String rest = url.substring(DERBY.length());
        int attributes = rest.indexOf(';');
        return attributes < 0 ? rest : rest.substring(0, attributes);
    }

    boolean derbyInMemory() {
        return derbyName().toLowerCase(Locale.ROOT).startsWith("memory:");
    }

    /** The URL without its parameters, which may hold a password. */
    public String displayUrl() {
        String shown = url.replaceFirst("[?;].*$", "");
        return shown.replaceFirst("//[^/@]*@", "//");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return displayUrl();
    }
}
