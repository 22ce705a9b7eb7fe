package org.platformforge.marketplace.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.marketplace.domain.Publisher;
import org.platformforge.marketplace.domain.PublisherService;
import org.platformforge.marketplace.rest.WireMapper;

@Service
@Command(scope = "extension", name = "trust", description = "Lets what a publisher signs run inside the platform")
public class ExtensionTrustCommand extends TenantCommand {
    @Argument(name = "namespace", description = "The publisher", required = true)
    private String namespace;

    @Option(
            name = "--revoke",
            description = "Take the trust back; what runs is warned of, or stopped (withdrawn.trust.stops)")
    private boolean revoke;

    @Reference
    private PublisherService publishers;

    @Override
    public Object execute() {
        Publisher publisher = publishers.trust(caller(), namespace, !revoke);
        if (wantsJson()) {
            out().println(ShellJson.text(WireMapper.publisher(publisher)));
        } else {
            out().println(namespace + (publisher.trusted() ? " is trusted" : " is not trusted"));
        }
        return null;
    }
}
