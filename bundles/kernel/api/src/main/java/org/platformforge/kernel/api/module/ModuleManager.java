package org.platformforge.kernel.api.module;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The installed modules and their generations. Thread-safe; updates of one module run one after another. */
@ProviderType
public interface ModuleManager {
    /** By symbolic name; a module that is not served shows its problem. */
    List<Module> list();

    /**
     * Puts a new version of a module in the old one's place without losing a request: the new bundle is installed and
     * started beside the old one, its generation is built and checked, routing changes in one volatile write, the old
     * generation is drained, closed, and its bundle uninstalled. On any failure the old one goes on serving and the new
     * one is removed.
     *
     * @param bundle the JAR; closed by this method
     * @throws org.platformforge.kernel.api.PlatformException {@code VALIDATION} for what is no module or would refresh
     *     foreign bundles, {@code CONFLICT} when the new generation did not become ready; the message says why
     */
    Swap update(InputStream bundle);

    enum State {
        /** Not all of its components are satisfied, or its routes collide; {@code problem} says which. */
        WAITING,
        SERVING,
        DRAINING
    }

    /** @param inFlight requests and steps it is working on now */
    record Module(
            String symbolicName,
            String version,
            long bundleId,
            long generation,
            State state,
            int routes,
            int inFlight,
            String problem) {}

    /** @param total from the first byte read to the old bundle gone; {@code ready} until the new one served */
    record Swap(Module from, Module to, Duration ready, Duration total) {}
}
