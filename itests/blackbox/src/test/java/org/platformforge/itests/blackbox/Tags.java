package org.platformforge.itests.blackbox;

/** What the second run, on PostgreSQL, leaves out. */
final class Tags {
    /** The database makes no difference, or the test brings all databases itself. */
    static final String ANY_DATABASE = "any-database";

    private Tags() {}
}
