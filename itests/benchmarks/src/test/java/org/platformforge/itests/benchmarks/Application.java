package org.platformforge.itests.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import org.platformforge.itests.blackbox.Apps;
import org.platformforge.itests.blackbox.Platform;

/** The one application that was provisioned: its record, and its process. */
record Application(String id, String address, long pid) {
    static Application only(Platform platform, Apps apps) {
        for (JsonNode resource : apps.resources()) {
            if (resource.path("type").asText().equals("application")) {
                return new Application(
                        resource.path("id").asText(),
                        resource.path("outputs").path("address").asText(),
                        child(platform.pid()));
            }
        }
        throw new IllegalStateException("There is no application: " + apps.resources());
    }

    private static long child(long parent) {
        return ProcessHandle.of(parent).orElseThrow().children()
                // one that has ended has none
                .filter(process -> process.info().command().isPresent())
                .map(ProcessHandle::pid)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The platform runs no application"));
    }
}
