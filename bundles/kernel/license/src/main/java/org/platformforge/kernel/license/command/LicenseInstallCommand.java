package org.platformforge.kernel.license.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.platformforge.kernel.license.LicenseAdministration;
import org.platformforge.kernel.license.rest.LicenseView;
import org.platformforge.kernel.shell.OperatorCommand;

/** {@code license:install} */
@Service
@Command(scope = "license", name = "install", description = "Puts a licence file in the place of the licence before")
public final class LicenseInstallCommand extends OperatorCommand {
    @Argument(name = "file", description = "The licence file", required = true)
    @Completion(FileCompleter.class)
    private String file;

    @Reference
    private LicenseAdministration licenses;

    @Override
    protected void run() throws IOException {
        byte[] content = Files.readAllBytes(Path.of(file));
        LicenseView view = licenses.install(caller(), content);
        print(
                view,
                "The licence " + view.license_id() + " of " + view.customer() + " counts now: "
                        + String.join(", ", view.feature_sets()) + " until " + view.expires_at());
    }
}
