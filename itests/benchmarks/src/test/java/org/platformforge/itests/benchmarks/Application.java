package org.platformforge.itests.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.platformforge.itests.blackbox.Apps;
import org.platformforge.itests.blackbox.Platform;

/** The one application that was provisioned: its record, and its process. */
record Application(String id, String address, long pid) {
    static Application only(Platform platform, Apps apps) {
        for (JsonNode resource : apps.resources()) {
            if (resource.path("type").asText().equals("application")) {
                String id = resource.path("id").asText();
                return new Application(
                        id, resource.path("outputs").path("address").asText(), process(platform.pid(), id));
            }
        }
        throw new IllegalStateException("There is no application: " + apps.resources());
    }

    /** The outermost one: the sandbox, where the platform puts one up. */
    private static long process(long platform, String id) {
        return ProcessHandle.of(platform)
                .orElseThrow()
                .children()
                .map(ProcessHandle::pid)
                .filter(pid -> List.of(Proc.environment(pid)).contains("FORGE_RESOURCE_ID=" + id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The platform does not run " + id));
    }
}
