package org.platformforge.itests.blackbox;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the platform: started for the first that asks, shared by all, stopped after the last. Its database is
 * embedded Derby, or PostgreSQL with {@code -Dforge.database=postgresql}.
 */
public final class PlatformExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Platform.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Platform.class;
    }

    @Override
    public Platform resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext.Store store = context.getRoot().getStore(NAMESPACE);
        // before the platform: what was stored last is closed first
        Map<String, String> database = "postgresql".equals(System.getProperty("forge.database"))
                ? store.getOrComputeIfAbsent("database", key -> new Postgresql(), Postgresql.class)
                        .environment()
                : Map.of();
        return store.getOrComputeIfAbsent("platform", key -> started(database), Platform.class);
    }

    private static Platform started(Map<String, String> database) {
        Platform platform = new Platform(
                Path.of(System.getProperty("forge.distribution")),
                Path.of(System.getProperty("forge.instance")),
                database);
        platform.start();
        platform.registerElder();
        return platform;
    }
}
