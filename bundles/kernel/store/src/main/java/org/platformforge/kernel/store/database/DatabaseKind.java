package org.platformforge.kernel.store.database;

/** The databases the platform runs on. */
public enum DatabaseKind {
    DERBY("derby", "org.eclipse.persistence.platform.database.DerbyPlatform"),
    POSTGRESQL("postgresql", "org.eclipse.persistence.platform.database.PostgreSQLPlatform");

    private final String id;
    private final String eclipseLinkPlatform;

    DatabaseKind(String id, String eclipseLinkPlatform) {
        this.id = id;
        this.eclipseLinkPlatform = eclipseLinkPlatform;
    }

    /** The name used in folder names and in {@link org.platformforge.kernel.api.store.Store#databaseKind()}. */
    public String id() {
        return id;
    }

    /** @throws IllegalArgumentException for any other name */
    public static DatabaseKind of(String id) {
        for (DatabaseKind kind : values()) {
            if (kind.id.equals(id)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("Not a kind of database: " + id);
    }

    public String eclipseLinkPlatform() {
        return eclipseLinkPlatform;
    }

    @Override
    public String toString() {
        return id;
    }
}
