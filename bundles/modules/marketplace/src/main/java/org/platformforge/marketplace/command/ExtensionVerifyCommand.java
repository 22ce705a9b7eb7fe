package org.platformforge.marketplace.command;

import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.marketplace.domain.ArtifactVerifier;
import org.platformforge.marketplace.domain.Finding;

@Service
@RunsReadOnly
@Command(
        scope = "extension",
        name = "verify",
        description = "Checks an artifact as publishing would, and stores nothing")
public class ExtensionVerifyCommand extends TenantCommand {
    @Argument(name = "file", description = "The bundle, or the archive", required = true)
    @Completion(FileCompleter.class)
    private String file;

    @Reference
    private ArtifactVerifier verifier;

    @Override
    protected void run() {
        ArtifactVerifier.Verdict verdict = verifier.artifact(Path.of(file));
        ShellTable table = table("Nothing stands against it", "Severity", "Code", "Where", "Message");
        verdict.findings()
                .forEach(finding -> table.addRow()
                        .addContent(
                                finding.error() ? "error" : "warning",
                                finding.code(),
                                finding.path(),
                                finding.message()));
        print(verdict.findings().stream().map(Finding::toMap).toList(), table);
        if (verdict.refused()) {
            throw PlatformException.of(ErrorKind.UNPROCESSABLE, "The artifact would be refused");
        }
    }
}
