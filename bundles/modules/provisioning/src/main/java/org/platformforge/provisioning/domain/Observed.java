package org.platformforge.provisioning.domain;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.Driver.Observation;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.provisioning.domain.template.ParameterSchema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a resource is now, in its engine's words.
 *
 * @param state the engine's, {@code missing} when it holds nothing, or {@code unknown} when it cannot be asked
 * @param drift in which way the resource is not what its record says, or null
 */
public record Observed(String state, String detail, Map<String, String> facts, String drift) {
    private static final Logger LOG = LoggerFactory.getLogger(Observed.class);

    static Observed of(Resource resource, Optional<Driver> driver) {
        if (driver.isEmpty()) {
            return new Observed("unknown", "The engine " + resource.engine() + " is not installed", Map.of(), null);
        }
        try {
            return driver.get()
                    .observe(resource.id())
                    .map(observation -> of(resource, observation))
                    .orElseGet(() -> missing(resource));
        } catch (PlatformException e) {
            return new Observed("unknown", e.getMessage(), Map.of(), null);
        } catch (RuntimeException e) {
            LOG.error("The engine {} could not look at {}", resource.engine(), resource.id(), e);
            return new Observed("unknown", "The engine " + resource.engine() + " could not tell", Map.of(), null);
        }
    }

    private static Observed missing(Resource resource) {
        boolean expected = resource.status() != ResourceStatus.ACTIVE;
        return new Observed(
                "missing", "The engine holds nothing under this id", Map.of(), expected ? null : "it is not there");
    }

    private static Observed of(Resource resource, Observation now) {
        return new Observed(
                now.state().name().toLowerCase(Locale.ROOT), now.detail(), now.facts(), drift(resource, now));
    }

    private static String drift(Resource resource, Observation now) {
        if (resource.status() != ResourceStatus.ACTIVE) {
            return null;
        }
        if (now.state() == Driver.State.FAILED || now.state() == Driver.State.STOPPED) {
            return "it is not running";
        }
        boolean moved = resource.outputs().entrySet().stream()
                .filter(output -> !output.getValue().equals(ParameterSchema.MASK))
                .anyMatch(output -> !output.getValue().equals(now.outputs().get(output.getKey())));
        return moved ? "its outputs have changed" : null;
    }
}
