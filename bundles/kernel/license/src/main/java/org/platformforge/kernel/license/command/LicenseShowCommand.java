package org.platformforge.kernel.license.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.license.LicenseAdministration;
import org.platformforge.kernel.license.rest.LicenseView;
import org.platformforge.kernel.shell.OperatorCommand;

/** {@code license:show} */
@Service
@Command(scope = "license", name = "show", description = "Shows what the platform runs under")
public final class LicenseShowCommand extends OperatorCommand {
    @Reference
    private LicenseAdministration licenses;

    @Override
    protected void run() {
        LicenseView view = licenses.show(caller());
        ShellTable table = table("", "Term", "Value");
        row(table, "State", view.state());
        row(table, "Customer", view.customer());
        row(table, "Licence", view.license_id());
        row(table, "Serial", view.serial());
        row(table, "Feature sets", String.join(", ", view.feature_sets()));
        view.limits().forEach((name, limit) -> row(table, "At most " + name, limit));
        row(table, "Begins", view.not_before());
        row(table, "Ends", view.expires_at());
        row(table, "Read only from", view.read_only_from());
        row(table, "Installation", view.installation());
        view.warnings().forEach(warning -> row(table, "Warning", warning));
        print(view, table);
    }

    private static void row(ShellTable table, String term, Object value) {
        if (value != null) {
            table.addRow().addContent(term, value);
        }
    }
}
