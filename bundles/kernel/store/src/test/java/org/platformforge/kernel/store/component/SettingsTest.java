package org.platformforge.kernel.store.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Reader;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.store.database.DatabaseKind;

class SettingsTest {
    private static final Path CFG = Path.of("../../../config/" + StoreConfig.PID + ".cfg");

    private static Settings settings(Map<String, Object> values) {
        StoreConfig config = (StoreConfig) Proxy.newProxyInstance(
                StoreConfig.class.getClassLoader(),
                new Class<?>[] {StoreConfig.class},
                (proxy, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
        return new Settings(config, name -> name.equals("forge.data") ? "/srv/forge" : null);
    }

    @Test
    void isDerbyInTheDataFolderWithoutAnyConfiguration() {
        Settings settings = settings(Map.of());
        assertThat(settings.database().kind()).isEqualTo(DatabaseKind.DERBY);
        assertThat(settings.database().url()).isEqualTo("jdbc:derby:/srv/forge/derby/platform");
        assertThat(settings.derbyLog()).isEqualTo(Path.of("/srv/forge/derby/derby.log"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "${env:FORGE_DATABASE_URL}", "${forge.database.url}"})
    void takesAPlaceholderNobodyFilledInAsEmpty(String url) {
        assertThat(settings(Map.of("url", url, "user", url)).database().kind()).isEqualTo(DatabaseKind.DERBY);
        assertThat(settings(Map.of("url", url, "user", url)).database().user()).isNull();
    }

    @Test
    void takesPostgresqlByItsUrl() {
        Settings settings = settings(Map.of("url", "jdbc:postgresql://db/forge", "user", "forge", "password", "p"));
        assertThat(settings.database().kind()).isEqualTo(DatabaseKind.POSTGRESQL);
        assertThat(settings.database().user()).isEqualTo("forge");
    }

    @Test
    void refusesValuesThatMakeNoSense() {
        assertThatThrownBy(() -> settings(Map.of("pool_size", 1)).database())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 connections");
        assertThatThrownBy(() -> settings(Map.of("pool_wait", 0L)).database())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> settings(Map.of("retry_attempts", 0)).retries())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> settings(Map.of("events_lease", 0L)).delivery())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void showsEveryKeyWithItsDefaultInTheConfigurationFile() throws Exception {
        Properties shown = new Properties();
        try (Reader in = Files.newBufferedReader(CFG)) {
            shown.load(in);
        }
        assertThat(shown.stringPropertyNames())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(StoreConfig.class.getDeclaredMethods())
                        .map(method -> method.getName().replace('_', '.'))
                        .toList());
        for (Method method : StoreConfig.class.getDeclaredMethods()) {
            String value = shown.getProperty(method.getName().replace('_', '.'));
            if (!value.contains("${") && !value.startsWith("$[")) {
                assertThat(value).as(method.getName()).isEqualTo(String.valueOf(method.getDefaultValue()));
            }
        }
    }
}
