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
import org.platformforge.kernel.license.rest.GrantView;
import org.platformforge.kernel.shell.OperatorCommand;

/** {@code license:verify} */
@Service
@Command(
        scope = "license",
        name = "verify",
        description = "Says what a licence file would be worth here; changes nothing")
public final class LicenseVerifyCommand extends OperatorCommand {
    @Argument(name = "file", description = "The licence file", required = true)
    @Completion(FileCompleter.class)
    private String file;

    @Reference
    private LicenseAdministration licenses;

    @Override
    protected void run() throws IOException {
        byte[] content = Files.readAllBytes(Path.of(file));
        GrantView grant = GrantView.of(licenses.verify(caller(), content));
        print(
                grant,
                "The licence " + grant.license_id() + " of " + grant.customer() + " counts here: "
                        + String.join(", ", grant.feature_sets()) + " until " + grant.expires_at());
    }
}
