package org.platformforge.deployments.domain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.framework.Tool;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.delivery.Resources.Wanted;

/**
 * Asks an engine which tools it lacks: its objections to a build that needs them, which is never made. Thread-safe.
 */
@Component(service = Toolbox.class)
public class Toolbox {
    private static final String NOTHING = "sha256:" + "0".repeat(64);
    private static final String TOOLS = "tools";
    private static final String ENGINE = "engine";

    private final Chain chain;
    private final Settings settings;

    @Activate
    public Toolbox(@Reference Chain chain, @Reference Settings settings) {
        this.chain = chain;
        this.settings = settings;
    }

    /** @return what is missing, in the engine's words; empty when nothing is */
    List<String> missing(String tenantId, Machine machine, String framework, List<Tool> tools) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("source", NOTHING);
        properties.put("commands", List.of("true"));
        properties.put("instance_type", machine.engineWord());
        properties.put("framework", framework);
        List<Map<String, Object>> wanted = new ArrayList<>();
        for (Tool tool : tools) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("command", tool.command());
            if (tool.version() != null) {
                one.put("version", tool.version());
            }
            wanted.add(one);
        }
        properties.put(TOOLS, wanted);
        Wanted build = new Wanted(
                "res-tools",
                "rel-tools",
                "build",
                "tools",
                Deployment.ENVIRONMENT,
                "build",
                settings.engine(machine),
                properties,
                Map.of());
        return chain.resources().objections(tenantId, build).stream()
                .filter(error -> error.field().equals(TOOLS) || error.field().equals(ENGINE))
                .map(FieldError::message)
                .toList();
    }
}
