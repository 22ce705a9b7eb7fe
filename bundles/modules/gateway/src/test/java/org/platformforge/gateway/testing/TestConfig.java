package org.platformforge.gateway.testing;

import java.lang.annotation.Annotation;
import org.platformforge.gateway.domain.GatewayConfig;

/** The defaults, with the response time-out a test wants. */
public record TestConfig(int response_timeout, int reload_interval) implements GatewayConfig {
    public static final TestConfig DEFAULT = new TestConfig(60, 3600);

    @Override
    public String suffix() {
        return ".localhost";
    }

    @Override
    public int public_port() {
        return 8181;
    }

    @Override
    public int connect_timeout() {
        return 2;
    }

    @Override
    public int idle_timeout() {
        return 30;
    }

    @Override
    public int max_connections() {
        return 64;
    }

    @Override
    public int max_queued() {
        return 64;
    }

    @Override
    public int drain_seconds() {
        return 20;
    }

    @Override
    public int retention_days() {
        return 8;
    }

    @Override
    public Class<? extends Annotation> annotationType() {
        return GatewayConfig.class;
    }
}
