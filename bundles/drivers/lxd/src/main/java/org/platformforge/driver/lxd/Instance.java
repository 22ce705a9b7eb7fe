package org.platformforge.driver.lxd;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * An instance as the server describes it.
 *
 * @param tag of this state of it, for {@code If-Match}; null where it was not asked for alone
 */
record Instance(JsonNode node, String tag) {
    static final String TAGS = "user.forge.";
    static final String PLATFORM = "platform";
    static final String TENANT = "tenant";
    static final String OWNER = "owner";
    static final String RESOURCE = "resource";
    static final String SERVICE = "service";
    static final String ENVIRONMENT = "environment";
    static final String TYPE = "type";
    static final String FINGERPRINT = "fingerprint";
    static final String ATTEMPT = "attempt";
    static final String PHASE = "phase";
    static final String PROBE = "probe";
    static final String SUPERVISION = "supervision";

    String name() {
        return node.path("name").asText();
    }

    String tagged(String key) {
        return node.path("config").path(TAGS + key).asText("");
    }

    String config(String key) {
        return node.path("expanded_config")
                .path(key)
                .asText(node.path("config").path(key).asText(""));
    }

    boolean running() {
        return "running".equals(node.path("status").asText().toLowerCase(Locale.ROOT));
    }

    boolean virtualMachine() {
        return "virtual-machine".equals(node.path("type").asText());
    }

    /** Addresses of its own that others can reach, IPv4 before IPv6. @param state as the server tells it */
    static List<String> addresses(JsonNode state) {
        List<JsonNode> addresses = new ArrayList<>();
        for (JsonNode card : state.path("network")) {
            for (JsonNode address : card.path("addresses")) {
                if ("global".equals(address.path("scope").asText())) {
                    addresses.add(address);
                }
            }
        }
        return addresses.stream()
                .sorted(Comparator.comparing(address -> address.path("family").asText()))
                .map(address -> address.path("address").asText())
                .filter(address -> address.matches("[0-9A-Fa-f.:]{2,45}"))
                .toList();
    }
}
