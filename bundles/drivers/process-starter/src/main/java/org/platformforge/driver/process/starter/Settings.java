package org.platformforge.driver.process.starter;

import java.util.Map;

/**
 * What the environment tells the application about itself.
 *
 * @param heartbeatSeconds how often the worker says that it is alive
 */
record Settings(
        String service,
        String environment,
        String engine,
        String resourceId,
        String host,
        int port,
        int heartbeatSeconds) {

    static Settings from(Map<String, String> environment) {
        return new Settings(
                environment.getOrDefault("FORGE_SERVICE", "app"),
                environment.getOrDefault("FORGE_ENVIRONMENT", "local"),
                environment.getOrDefault("FORGE_ENGINE", "none"),
                environment.getOrDefault("FORGE_RESOURCE_ID", ""),
                environment.getOrDefault("HOST", "127.0.0.1"),
                Integer.parseInt(environment.getOrDefault("PORT", "8080")),
                Math.max(1, Integer.parseInt(environment.getOrDefault("HEARTBEAT_SECONDS", "10"))));
    }
}
