package org.platformforge.marketplace.command;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.marketplace.domain.Advisory;
import org.platformforge.marketplace.domain.Blocks;
import org.platformforge.marketplace.rest.WireMapper;

@Service
@Command(
        scope = "extension",
        name = "block",
        description = "Takes versions of an extension out of service for every tenant, such as malicious ones")
public class ExtensionBlockCommand extends TenantCommand {
    @Argument(name = "id", description = "The extension, publisher.name", required = true)
    @Completion(ExtensionIdCompleter.class)
    private String id;

    @Argument(index = 1, name = "affected", description = "The versions: one, or a range such as [1.0,1.2.3)")
    private String affected;

    @Option(name = "--reason", description = "Why, for everybody to read")
    private String reason;

    @Option(name = "--lift", description = "Lift the block with this id instead, so that the versions serve again")
    private String lifted;

    @Reference
    private Blocks blocks;

    @Override
    protected void run() {
        Advisory block = lifted == null
                ? blocks.block(caller(), id, affected == null ? "" : affected, reason)
                : blocks.lift(caller(), id, lifted);
        print(
                WireMapper.advisory(block),
                id + " " + block.affected() + (lifted == null ? " is blocked: " : " is not blocked any more: ")
                        + block.id());
    }
}
