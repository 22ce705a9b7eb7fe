package org.platformforge.kernel.extension.release;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.jar.Attributes;
import org.osgi.framework.Constants;
import org.platformforge.extension.api.TenantContext;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.extension.call.Scope;
import org.platformforge.kernel.extension.process.ExtensionProcess;
import org.platformforge.kernel.extension.process.Placeholder;
import org.platformforge.kernel.extension.process.Processes;
import org.platformforge.kernel.extension.process.RemotePoints;

/**
 * A release that has been started in a process of its own.
 *
 * @param told what the process says it offers
 */
record Apart(ExtensionProcess process, JsonNode told, List<ExtensionProcess.Part> parts) {
    /** @throws RefusedException saying why it cannot be started; nothing is left then */
    static Apart start(Processes processes, ExtensionRelease described, Artifact artifact, Duration patience)
            throws RefusedException, InterruptedException {
        List<ExtensionProcess.Part> parts = artifact.parts().stream()
                .map(part -> new ExtensionProcess.Part(part.name(), part.jar()))
                .toList();
        ExtensionProcess process;
        JsonNode told;
        try {
            process = processes.of(described, parts);
            told = process.start(patience);
        } catch (IOException | IllegalStateException e) {
            throw new RefusedException(e.getMessage(), e);
        }
        return new Apart(process, told, parts);
    }

    /** The bundle that stands for it here. */
    Artifact.Part placeholder(ExtensionRelease described) throws RefusedException {
        List<String> templates = RemotePoints.templates(told);
        try {
            byte[] jar = Placeholder.of(described, templates, parts);
            Attributes headers = new Attributes();
            headers.putValue(Constants.BUNDLE_SYMBOLICNAME, described.extensionId());
            headers.putValue(Constants.BUNDLE_VERSION, described.version());
            return new Artifact.Part("placeholder.jar", jar, headers);
        } catch (IOException e) {
            throw new RefusedException(e.getMessage(), e);
        }
    }

    RemotePoints points(Release release, BiFunction<Release, Scope, TenantContext> tenants) {
        return new RemotePoints(
                process, told, release.calls(), release.metrics(), scope -> tenants.apply(release, scope));
    }
}
