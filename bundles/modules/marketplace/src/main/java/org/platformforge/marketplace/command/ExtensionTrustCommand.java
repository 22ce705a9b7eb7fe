package org.platformforge.marketplace.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.shell.TenantCommand;
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
    protected void run() {
        Publisher publisher = publishers.trust(caller(), namespace, !revoke);
        print(WireMapper.publisher(publisher), namespace + (publisher.trusted() ? " is trusted" : " is not trusted"));
    }
}
