package org.platformforge.kernel.api.module;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Caller;

/**
 * The installed modules and their generations. Every change, and every one that was refused, is in the audit log as {@code
 * module.install}, {@code module.update} or {@code module.remove}. Thread-safe; changes run one after another.
 */
@ProviderType
public interface ModuleManager {
    /** By symbolic name; a module that is not served shows its problem. */
    List<Module> list();

    /**
     * Adds a module that the platform does not have yet. It is there again after a start, also when the framework's cache
     * is gone.
     *
     * @param actor who does it, for the audit log; permissions are the caller's to check
     * @param bundle the JAR; closed by this method
     * @return the module, which serves
     * @throws org.platformforge.kernel.api.PlatformException {@code VALIDATION} for what is no module, {@code CONFLICT} when
     *     a module of that name is installed already or this one did not become ready; the message says why, and nothing of
     *     it is left
     */
    Module install(Caller actor, InputStream bundle);

    /**
     * Puts a new version of a module in the old one's place without losing a request: the new bundle is installed and
     * started beside the old one and acts in nothing until all of its components are there and its routes are built. Then
     * requests, steps of operations, events and hosts change over together; what the old one has begun it ends, within
     * the drain time; its bundle is uninstalled. On any failure the old one goes on and the new one is removed, without
     * having acted.
     *
     * @param actor who does it, for the audit log; permissions are the caller's to check
     * @param bundle the JAR; closed by this method
     * @throws org.platformforge.kernel.api.PlatformException {@code VALIDATION} for what is no module or would refresh
     *     foreign bundles, {@code CONFLICT} when the new generation did not become ready; the message says why
     */
    Swap update(Caller actor, InputStream bundle);

    /**
     * Takes a module away for good: its requests and steps in flight finish, its generation is closed, its bundle
     * uninstalled, and a kept update of it forgotten. It is back when the distribution is installed anew.
     *
     * @param actor who does it, for the audit log; permissions are the caller's to check
     * @param force whether to do it in spite of objections; nothing is lost by it, but what needed the module is left
     *     without it until it is installed again
     * @return what was taken away
     * @throws org.platformforge.kernel.api.PlatformException {@code NOT_FOUND} when there is none of that name; {@code
     *     VALIDATION} when that would refresh foreign bundles; {@code CONFLICT} with every objection
     */
    List<Module> remove(Caller actor, String symbolicName, boolean force);

    /**
     * The JAR of a module as it was installed, so that it can be put back in its place.
     *
     * @param symbolicName whose JAR; of several bundles of the module that of the one that acts
     * @return to be closed by the caller
     * @throws org.platformforge.kernel.api.PlatformException {@code NOT_FOUND} when there is none of that name
     * @throws IOException when what it was installed from is not there any more
     */
    InputStream jar(String symbolicName) throws IOException;

    enum State {
        /**
         * Not all of its components are satisfied, its routes collide, or another bundle of the module acts; {@code
         * problem} says which.
         */
        WAITING,
        SERVING,
        DRAINING
    }

    /** @param inFlight requests, steps and events it is working on now */
    record Module(
            String symbolicName,
            String version,
            long bundleId,
            long generation,
            State state,
            int routes,
            int inFlight,
            String problem) {}

    /**
     * @param ready from the first byte read until the new bundle served
     * @param total until the old bundle was gone
     * @param requests that the module answered from before the new bundle was installed to the end of the old one
     * @param failedRequests those of them answered with the status 500 or above
     */
    record Swap(Module from, Module to, Duration ready, Duration total, long requests, long failedRequests) {}
}
