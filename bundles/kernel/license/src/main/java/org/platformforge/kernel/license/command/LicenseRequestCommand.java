package org.platformforge.kernel.license.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.license.LicenseAdministration;
import org.platformforge.kernel.license.rest.LicenseView;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.kernel.shell.ShellJson;

/** {@code license:request} */
@Service
@Command(scope = "license", name = "request", description = "Prints what a vendor needs to know to make a licence")
public final class LicenseRequestCommand extends OperatorCommand {
    @Argument(name = "sets", description = "Feature sets, such as forge-billing", multiValued = true)
    private List<String> sets = new ArrayList<>();

    @Option(name = "--customer", description = "Whom the licence is for", required = true)
    private String customer;

    @Reference
    private LicenseAdministration licenses;

    @Override
    protected void run() {
        LicenseView view = licenses.show(caller());
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("format", 1);
        request.put("customer", customer);
        request.put("installation", view.installation());
        request.put("serial", view.serial() == null ? 1 : view.serial() + 1);
        request.put("feature_sets", sets);
        print(ShellJson.text(request));
    }
}
