package org.platformforge.provisioning.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.provisioning.domain.Provision;
import org.platformforge.provisioning.domain.ProvisionService;
import org.platformforge.provisioning.domain.ProvisionStatus;
import org.platformforge.provisioning.rest.WireMapper;
import org.platformforge.provisioning.store.ProvisionRepository.Filter;

@Service
@Command(scope = "provision", name = "list", description = "Lists the provisions of a tenant, newest first")
public class ProvisionListCommand extends TenantCommand {
    @Option(name = "--environment", description = "Only this environment")
    private String environment;

    @Option(name = "--status", description = "in_progress, rolling_back, completed, failed, cancelled or deleted")
    private String status;

    @Option(name = "--template", description = "Only of this template")
    private String template;

    @Option(name = "--limit", description = "How many, at most 100")
    private int limit = PageRequest.DEFAULT_LIMIT;

    @Reference
    private ProvisionService provisions;

    @Override
    protected void run() {
        Filter filter = new Filter(environment, status(), template, null);
        List<Provision> found =
                provisions.list(caller(), filter, PageRequest.first(limit)).items();
        ShellTable table = table(
                "No provisions", "Id", "Template", "Service", "Environment", "Status", "Engines", "Created", "By");
        found.forEach(provision -> table.addRow()
                .addContent(
                        provision.id(),
                        provision.template(),
                        provision.service(),
                        provision.environment(),
                        provision.status().wire(),
                        String.join(", ", provision.engines()),
                        provision.createdAt(),
                        provision.createdBy()));
        print(found.stream().map(WireMapper::summary).toList(), table);
    }

    private ProvisionStatus status() {
        return status == null
                ? null
                : ProvisionStatus.ofWire(status)
                        .orElseThrow(() -> PlatformException.invalid("--status", status + " is not a status"));
    }
}
