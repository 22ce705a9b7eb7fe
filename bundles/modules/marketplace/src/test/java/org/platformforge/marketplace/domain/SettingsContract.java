package org.platformforge.marketplace.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.OPERATOR;
import static org.platformforge.marketplace.testing.TestPlatform.manifest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.marketplace.domain.InstallPlanner.Wish;

/** What becomes of settings and secrets. */
abstract class SettingsContract extends MarketplaceContract {
    SettingsContract(DatabaseKind kind) {
        super(kind);
    }

    @Test
    void sealsSecretsAndNeverAnswersThem() {
        Map<String, Object> manifest = manifest(ID, "1.0.0");
        manifest.put(
                "configuration",
                Map.of(
                        "type", "object",
                        "required", List.of("api_key"),
                        "properties",
                                Map.of(
                                        "api_key", Map.of("type", "string", "writeOnly", true, "minLength", 3),
                                        "greeting", Map.of("type", "string", "default", "Hello"))));
        platform.publish(manifest);
        Map<String, Object> wrong = new HashMap<>(Map.of("api_key", "s", "greeting", 1, "extra", true));

        PlatformException refusal =
                refused(() -> platform.installations.install(ALICE, ID, new Wish(null, wrong, Set.of())));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(refusal.fields())
                .extracting(org.platformforge.kernel.api.FieldError::field)
                .containsExactlyInAnyOrder("configuration.api_key", "configuration.greeting", "configuration.extra");
        platform.completed(
                platform.installations.install(ALICE, ID, new Wish(null, Map.of("api_key", "s3cret-value"), Set.of())));
        Installation installed = platform.reader.get(ALICE, ID);
        assertThat(installed.current().configuration()).isEqualTo(Map.of("greeting", "Hello"));
        assertThat(installed.current().secretNames()).containsExactly("api_key");
        assertThat(platform.runtime.assigned.get("ten_a/" + ID).secrets()).containsEntry("api_key", "s3cret-value");
        platform.configuring.configure(ALICE, ID, Map.of("greeting", "Hi"));
        assertThat(platform.runtime.assigned.get("ten_a/" + ID).configuration()).containsEntry("greeting", "Hi");
        assertThat(platform.runtime.assigned.get("ten_a/" + ID).secrets()).containsEntry("api_key", "s3cret-value");
        for (String column : List.of("jobs_operation", "store_event", "store_audit")) {
            assertThat(platform.database.<String>call(Store.ALL_TENANTS, tx -> dump(tx.connection(), column)))
                    .doesNotContain("s3cret-value");
        }
    }

    private static String dump(java.sql.Connection connection, String table) throws java.sql.SQLException {
        StringBuilder text = new StringBuilder();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT * FROM " + table)) {
            while (rows.next()) {
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    text.append(rows.getString(i)).append(' ');
                }
            }
        }
        return text.toString();
    }

    @Test
    void keepsSettingsThatCannotBeServedYet() {
        Map<String, Object> manifest = manifest(ID, "1.0.0");
        manifest.put(
                "configuration", Map.of("type", "object", "properties", Map.of("greeting", Map.of("type", "string"))));
        platform.publish(manifest);
        platform.installed(ALICE, ID, null);
        platform.domain.reconcile();
        platform.blocks.block(OPERATOR, ID, "1.0.0", "bad");

        platform.configuring.configure(ALICE, ID, Map.of("greeting", "Hi"));

        assertThat(platform.reader.get(ALICE, ID).current().configuration()).isEqualTo(Map.of("greeting", "Hi"));
        platform.domain.poll();
        assertThat(platform.reader.get(ALICE, ID).problem()).contains("bad");
    }
}
