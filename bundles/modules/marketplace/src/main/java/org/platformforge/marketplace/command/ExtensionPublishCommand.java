package org.platformforge.marketplace.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.delivery.ArtifactStore;
import org.platformforge.kernel.shell.TenantCommand;
import org.platformforge.marketplace.domain.CatalogueService;
import org.platformforge.marketplace.domain.PublishService;
import org.platformforge.marketplace.domain.Release;
import org.platformforge.marketplace.rest.WireMapper;

@Service
@Command(scope = "extension", name = "publish", description = "Publishes an artifact in the name of the tenant")
public class ExtensionPublishCommand extends TenantCommand {
    @Argument(name = "file", description = "The bundle, or the archive", required = true)
    @Completion(FileCompleter.class)
    private String file;

    @Option(name = "--signature", description = "File with the detached signature, base64")
    private String signature;

    @Option(name = "--draft", description = "Let nobody else see it yet")
    private boolean draft;

    @Reference
    private PublishService publishing;

    @Reference
    private ArtifactStore artifacts;

    @Reference
    private CatalogueService catalogue;

    @Override
    protected void run() throws IOException {
        String signed =
                signature == null ? null : Files.readString(Path.of(signature)).strip();
        try (InputStream in = Files.newInputStream(Path.of(file));
                ArtifactStore.Staged staged = artifacts.stage(in)) {
            Caller operator = caller();
            PublishService.Published published = publishing.publish(operator, staged, signed, null, draft);
            Release release = published.release();
            print(
                    WireMapper.published(
                            published, catalogue.version(operator, release.extensionId(), release.version())),
                    release.extensionId() + " " + release.version()
                            + (published.created() ? " is published as " : " is there already as ")
                            + release.state().wire() + ", sha256 " + release.sha256());
        }
    }
}
