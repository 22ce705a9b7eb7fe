package org.platformforge.auth.domain;

import org.platformforge.kernel.api.store.Store;

/** The clock of mails that were sent. */
final class LinkTimes {
    private LinkTimes() {}

    static void letAMinutePass(TestModule auth) {
        auth.store.run(Store.ALL_TENANTS, tx -> {
            try (var statement = tx.connection().createStatement()) {
                statement.executeUpdate("UPDATE auth_link SET created_at = {ts '2001-01-01 00:00:00'}");
                statement.executeUpdate("UPDATE auth_attempt SET refused_until = {ts '2001-01-01 00:00:00'}");
            }
        });
    }
}
