package org.platformforge.provisioning.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.provisioning.domain.TemplateService;
import org.platformforge.provisioning.domain.template.HumanDuration;
import org.platformforge.provisioning.rest.WireMapper;

@Service
@Command(
        scope = "template",
        name = "list",
        description = "Lists the templates, and the template files that cannot be used")
public class TemplateListCommand extends TenantCommand {
    @Reference
    private TemplateService templates;

    @Override
    protected void run() {
        List<TemplateService.Detail> found = templates.list(caller());
        ShellTable table = new ShellTable();
        List.of("Name", "Version", "Takes", "From", "Problems").forEach(table::column);
        found.forEach(detail -> table.addRow()
                .addContent(
                        detail.template().name(),
                        detail.template().version(),
                        HumanDuration.render(detail.estimate().expected()),
                        detail.source().toString(),
                        String.join("; ", detail.problems())));
        templates
                .broken(caller())
                .forEach(file -> table.addRow()
                        .addContent(
                                file.file(), "-", "-", file.source().toString(), String.join("; ", file.problems())));
        print(found.stream().map(WireMapper::summary).toList(), table);
    }
}
