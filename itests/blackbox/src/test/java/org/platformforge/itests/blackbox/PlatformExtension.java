package org.platformforge.itests.blackbox;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the platform: started for the first that asks, shared by all, stopped after the last. */
public final class PlatformExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Platform.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Platform.class;
    }

    @Override
    public Platform resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent("platform", key -> started(), Platform.class);
    }

    private static Platform started() {
        Platform platform = new Platform(
                Path.of(System.getProperty("forge.distribution")), Path.of(System.getProperty("forge.instance")));
        platform.start();
        return platform;
    }
}
