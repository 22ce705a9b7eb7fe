package org.platformforge.kernel.store.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpandOnlyTest {
    private static final String CREATE = "CREATE TABLE shop_item (tenant_id VARCHAR(64) NOT NULL, id VARCHAR(64));";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP TABLE shop_item",
                "drop table if exists shop_item",
                "DROP VIEW shop_view",
                "ALTER TABLE shop_item DROP COLUMN id",
                "ALTER TABLE shop_item DROP id",
                "alter\n  table only shop_item\n  drop\n column id cascade",
                "ALTER TABLE shop_item RENAME TO shop_thing",
                "ALTER TABLE shop_item RENAME COLUMN id TO name",
                "RENAME TABLE shop_item TO shop_thing",
                "RENAME COLUMN shop_item.id TO name",
                "ALTER TABLE shop_item ALTER COLUMN id SET NOT NULL",
                "ALTER TABLE shop_item ALTER COLUMN id NOT NULL",
                "ALTER TABLE shop_item ALTER COLUMN id DROP DEFAULT",
                "ALTER TABLE shop_item ALTER COLUMN id TYPE integer",
                "ALTER TABLE shop_item ALTER COLUMN id TYPE varchar(9) USING left(id, 9)",
                "ALTER TABLE shop_item ALTER COLUMN id SET DATA TYPE date",
                "ALTER TABLE shop_item ADD COLUMN price BIGINT NOT NULL",
                "ALTER TABLE shop_item ADD price BIGINT NOT NULL",
                "ALTER TABLE shop_item ADD COLUMN a INT, ADD COLUMN b INT NOT NULL",
                "ALTER TABLE shop_item ADD COLUMN a INT DEFAULT 1, DROP COLUMN id",
                "ALTER TABLE shop_item ADD COLUMN code VARCHAR(9) UNIQUE",
                "ALTER TABLE shop_item ADD COLUMN owner VARCHAR(9) REFERENCES shop_owner",
                "ALTER TABLE shop_item ADD CONSTRAINT one UNIQUE (tenant_id, id)",
                "ALTER TABLE shop_item ADD CHECK (id <> '')",
                "CREATE UNIQUE INDEX shop_item_id ON shop_item (tenant_id, id)",
                "TRUNCATE shop_item",
                "DELETE FROM shop_item WHERE id = 'x'",
                "/* harmless */ DELETE /* really */ FROM shop_item -- contracts:",
            })
    void namesWhatAnOlderVersionMayNotSurvive(String statement) {
        assertThatThrownBy(() -> check(CREATE, statement + ";"))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("org.example.shop")
                .hasMessageContaining("V002__next.sql")
                .hasMessageContaining("older version")
                .hasMessageNotContaining("\n");
        assertThatCode(() -> check(CREATE, "-- contracts: unused since 1.4.0\n" + statement + ";"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE shop_item ADD COLUMN price BIGINT",
                "ALTER TABLE shop_item ADD COLUMN price BIGINT NOT NULL DEFAULT 0",
                "ALTER TABLE shop_item ADD COLUMN n BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL",
                "ALTER TABLE shop_item ADD COLUMN amount NUMERIC(10, 2), ADD COLUMN note VARCHAR(9)",
                "ALTER TABLE shop_item ALTER COLUMN id SET DATA TYPE varchar(160)",
                "ALTER TABLE shop_item ALTER COLUMN id TYPE text",
                "ALTER TABLE shop_item ALTER COLUMN id DROP NOT NULL",
                "ALTER TABLE shop_item ALTER COLUMN id NULL",
                "ALTER TABLE shop_item ALTER COLUMN id SET DEFAULT 'x'",
                "ALTER TABLE shop_item DROP CONSTRAINT one",
                "CREATE INDEX shop_item_id ON shop_item (id)",
                "DROP INDEX shop_item_id",
                "UPDATE shop_item SET id = 'DROP TABLE shop_item; DELETE FROM shop_item'",
                "-- DROP TABLE shop_item;\nINSERT INTO shop_item VALUES ('a', 'it''s; DROP TABLE shop_item')",
                "CREATE TABLE shop_drop (id INT); CREATE UNIQUE INDEX u ON shop_drop (id); DROP TABLE shop_drop",
                "CREATE TABLE IF NOT EXISTS shop_new (id INT); ALTER TABLE shop_new ADD CONSTRAINT u UNIQUE (id)",
                "",
            })
    void takesWhatOnlyAdds(String statement) {
        assertThatCode(() -> check(CREATE, statement + ";")).doesNotThrowAnyException();
    }

    @Test
    void takesTheMigrationsOfEveryModuleInThisRepository() throws IOException {
        Path bundles = Path.of("").toAbsolutePath().getParent().getParent();
        List<Path> scripts;
        try (Stream<Path> files = Files.walk(bundles)) {
            scripts = files.filter(file -> file.toString().contains("/src/main/resources/META-INF/migrations/"))
                    .filter(file -> file.toString().endsWith(".sql"))
                    .toList();
        }
        assertThat(scripts).hasSizeGreaterThan(20);
        for (Path script : scripts) {
            assertThatCode(() -> check(Files.readString(script), ""))
                    .as(script.toString())
                    .doesNotThrowAnyException();
        }
    }

    private static void check(String first, String second) {
        ExpandOnly.check(new MigrationSet(
                "org.example.shop", new TreeMap<>(Map.of("V001__items.sql", first, "V002__next.sql", second))));
    }
}
