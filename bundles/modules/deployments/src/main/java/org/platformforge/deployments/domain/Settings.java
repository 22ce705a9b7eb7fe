package org.platformforge.deployments.domain;

import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;

/** The configuration as it is now. Thread-safe. */
@Component(service = Settings.class, configurationPid = DeploymentsConfig.PID)
public final class Settings {
    private volatile DeploymentsConfig config;

    @Activate
    public Settings(DeploymentsConfig config) {
        this.config = config;
    }

    @Modified
    void modified(DeploymentsConfig changed) {
        config = changed;
    }

    public DeploymentsConfig now() {
        return config;
    }

    /** @return null for the one the platform prefers */
    String engine(Machine machine) {
        return Stream.of(config.machine_engines())
                .flatMap(value -> Stream.of(value.split(",")))
                .map(mapping -> mapping.split("=", 2))
                .filter(parts -> parts.length == 2 && parts[0].strip().equals(machine.wire()))
                .map(parts -> parts[1].strip())
                .findFirst()
                .orElse(null);
    }
}
