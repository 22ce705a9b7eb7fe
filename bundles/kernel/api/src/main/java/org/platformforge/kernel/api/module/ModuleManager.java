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
     * Adds a module that the platform does not have yet. It is there again after a start, also when the framework's cache
     * is gone.
     *
     * @param bundle the JAR; closed by this method
     * @return the module, which serves
     * @throws org.platformforge.kernel.api.PlatformException {@code VALIDATION} for what is no module, {@code CONFLICT} when
     *     a module of that name is installed already or this one did not become ready; the message says why, and nothing of
     *     it is left
     */
    Module install(InputStream bundle);

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

    /**
     * Takes a module away for good: its requests in flight finish, its generation is closed, its bundle uninstalled, and a
     * kept update of it forgotten. It is back when the distribution is installed anew.
     *
     * @param force whether to do it in spite of objections; nothing is lost by it, but what needed the module is left
     *     without it until it is installed again
     * @return what was taken away
     * @throws org.platformforge.kernel.api.PlatformException {@code NOT_FOUND} when there is none of that name; {@code
     *     VALIDATION} when that would refresh foreign bundles; {@code CONFLICT} with every objection
     */
    List<Module> remove(String symbolicName, boolean force);

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
