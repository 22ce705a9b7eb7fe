package org.platformforge.itests.blackbox;

/** Which of the modules runs a test; without one both the module of Derby and the one of PostgreSQL do. */
final class Tags {
    /** The database makes no difference, or the test brings all databases itself. */
    static final String ANY_DATABASE = "any-database";

    /** Kills and starts instances of its own again and again: the module for that, and no other. */
    static final String KILLS = "kills";

    private Tags() {}
}
