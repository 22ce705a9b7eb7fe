package org.platformforge.deployments.domain;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.framework.Framework.Description;
import org.platformforge.kernel.api.Caller;

/** What a tenant can deploy here, and what stands in the way. Thread-safe. */
@Component(service = FrameworkList.class)
public class FrameworkList {
    private final Frameworks frameworks;
    private final Toolbox toolbox;

    /** @param missing tools that the engine lacks, in its words */
    public record Offer(Description description, List<String> missing) {}

    @Activate
    public FrameworkList(@Reference Frameworks frameworks, @Reference Toolbox toolbox) {
        this.frameworks = frameworks;
        this.toolbox = toolbox;
    }

    /** By id, the platform's first; as for virtual machines, where engines differ. */
    public List<Offer> of(Caller caller) {
        return frameworks.all(caller.tenantId()).stream()
                .map(framework -> framework.description())
                .map(description -> new Offer(
                        description,
                        toolbox.missing(caller.tenantId(), Machine.VM, description.id(), description.tools())))
                .toList();
    }
}
