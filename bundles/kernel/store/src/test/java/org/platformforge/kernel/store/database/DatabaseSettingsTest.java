package org.platformforge.kernel.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db:5432/forge?user=u&password=geheim, jdbc:postgresql://db:5432/forge",
        "jdbc:postgresql://u:geheim@db/forge, jdbc:postgresql://db/forge",
        "jdbc:derby:/data/derby;password=geheim, jdbc:derby:/data/derby"
    })
    void neverShowsCredentials(String url, String shown) {
        DatabaseSettings settings = DatabaseSettings.of(url, "u", "geheim");
        assertThat(settings.displayUrl()).isEqualTo(shown);
        assertThat(settings.toString()).doesNotContain("geheim");
    }

    @Test
    void refusesOtherDatabases() {
        assertThatThrownBy(() -> DatabaseSettings.of("jdbc:h2:mem:x", null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jdbc:postgresql:");
    }

    @Test
    void failsAtOnceWhenNobodyListens() {
        DatabaseSettings settings = DatabaseSettings.of("jdbc:postgresql://127.0.0.1:1/forge", "u", "p");
        assertThatThrownBy(() -> Database.open(settings))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(SqlErrors.meaning(e)).isEqualTo(SqlErrors.Meaning.CONNECTION));
    }
}
