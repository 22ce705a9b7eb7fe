package org.platformforge.driver.lxd;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.platformforge.driver.common.StaticSite;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Artifacts;
import org.platformforge.kernel.api.delivery.Sources;
import org.platformforge.kernel.api.jobs.OperationException;

/** Makes instances with an artifact's files in them, and takes them away. Thread-safe. */
final class Machines {
    static final String PREPARING = "preparing";
    static final String READY = "ready";

    private static final String NOT_MADE = "LXD did not make the instance";
    private static final String NOT_PREPARED = "The instance could not be prepared";
    private static final int LAST_LINES = 100;

    private final Supplier<Artifacts> artifacts;
    private final Supplier<Sources> sources;

    /** The suppliers give null while there is no such service. */
    Machines(Supplier<Artifacts> artifacts, Supplier<Sources> sources) {
        this.artifacts = artifacts;
        this.sources = sources;
    }

    /** From the beginning: what an earlier attempt has left under the id is removed. */
    Instance make(Instances instances, ResourceSpec spec, LxdSpec wanted, Map<String, String> tags, Progress progress)
            throws DriverException, InterruptedException {
        Path files = file(spec.tenantId(), digest(spec, wanted, progress));
        remove(instances, spec.id(), progress, false);
        Instance made;
        try {
            progress.log("Making a " + (wanted.shape().virtualMachine() ? "virtual machine" : "container") + " of "
                    + wanted.shape().image());
            made = instances.create(spec, wanted.shape(), tags, progress);
            instances.start(made, progress);
        } catch (LxdFailure e) {
            throw e.driver(NOT_MADE);
        }
        try {
            Guest guest = new Guest(instances, made.name());
            LxdConfig config = instances.client().config();
            guest.awaitReady(config.operation_timeout_seconds(), progress);
            guest.write(Guests.ARTIFACT, files, "0644");
            require(guest.run(Guests.script("files.sh"), limit(config), Integer.toString(Guest.USER)));
            guest.write(Guests.ENVIRONMENT, Guests.assignments(environment(spec, wanted, config)), "0640");
            guest.write(Guests.COMMAND, command(wanted), "0640");
            require(guest.run("chown root:" + Guest.USER + " /opt/forge/env /opt/forge/command", limit(config)));
        } catch (LxdFailure e) {
            throw e.driver(NOT_PREPARED);
        } catch (IOException e) {
            throw new DriverException("HOST_FAILURE", "The artifact cannot be read: " + e.getMessage(), true, e);
        }
        return made;
    }

    static Duration limit(LxdConfig config) {
        return Duration.ofSeconds(config.operation_timeout_seconds());
    }

    static void require(Guest.Done done) throws DriverException {
        if (done.exit() != 0) {
            throw new DriverException(
                    "INSTANCE_UNUSABLE", NOT_PREPARED + ": " + LxdHttp.shortened(done.output()), false, null);
        }
    }

    private static Map<String, String> environment(ResourceSpec spec, LxdSpec wanted, LxdConfig config) {
        Map<String, String> all = new LinkedHashMap<>();
        if (wanted.build()) {
            all.put("CI", "true");
            all.put("XDG_CACHE_HOME", "/var/tmp/cache");
            all.put("npm_config_cache", "/var/tmp/cache/npm");
        }
        all.putAll(wanted.variables());
        all.put("HOME", Guests.WORK);
        if (LxdSpec.APPLICATION.equals(wanted.type())) {
            all.put("HOST", "0.0.0.0");
            all.put("PORT", Integer.toString(config.port()));
        }
        if (wanted.staticDirectory() != null) {
            all.put("FORGE_STATIC", wanted.staticDirectory());
        }
        all.put("FORGE_SERVICE", spec.service());
        all.put("FORGE_ENVIRONMENT", spec.environment());
        all.put("FORGE_ENGINE", LxdDriver.ENGINE);
        all.put("FORGE_RESOURCE", spec.id());
        return all;
    }

    private static String command(LxdSpec wanted) {
        return wanted.startCommand() != null
                ? wanted.startCommand() + "\n"
                : wanted.staticDirectory() != null ? StaticSite.script() : "";
    }

    private String digest(ResourceSpec spec, LxdSpec wanted, Progress progress)
            throws DriverException, InterruptedException {
        if (wanted.repository() == null) {
            return wanted.artifact();
        }
        Sources present = sources.get();
        if (present == null) {
            throw new DriverException("ENGINE_BUSY", "Repositories cannot be fetched at the moment", true, null);
        }
        progress.log("Fetching the repository");
        try {
            return present.snapshot(spec.tenantId(), wanted.repository(), wanted.ref(), null)
                    .artifact();
        } catch (OperationException e) {
            throw new DriverException(e.code(), e.getMessage(), e.retryIn().isPresent(), e);
        }
    }

    private Path file(String tenantId, String digest) throws DriverException {
        try {
            return store().file(tenantId, digest);
        } catch (PlatformException e) {
            throw new DriverException("ARTIFACT_MISSING", e.getMessage() + ": " + digest, false, e);
        }
    }

    Artifacts store() throws DriverException {
        Artifacts store = artifacts.get();
        if (store == null) {
            throw new DriverException(
                    "ARTIFACT_STORE", "The store of artifacts is not there at the moment", true, null);
        }
        return store;
    }

    /** Returns when it is gone. @param keepLog whether its last lines go to the progress, which outlives it */
    void remove(Instances instances, String resourceId, Progress progress, boolean keepLog)
            throws DriverException, InterruptedException {
        try {
            Optional<Instance> found = instances.find(resourceId);
            if (found.isEmpty()) {
                return;
            }
            if (keepLog) {
                keepLog(instances, found.get(), progress);
            }
            progress.log("Stopping " + found.get().name());
            instances.stop(found.get(), instances.client().config().stop_grace_seconds(), progress);
            instances.delete(found.get(), progress);
        } catch (LxdFailure e) {
            throw e.driver("LXD did not remove the instance");
        }
    }

    /** Best effort: an instance that cannot be read from is removed all the same. */
    private static void keepLog(Instances instances, Instance instance, Progress progress) throws InterruptedException {
        try {
            Optional<String> log = new Guest(instances, instance.name()).read(Guests.LOG);
            log.ifPresent(text -> last(text, LAST_LINES).forEach(line -> progress.log("app: " + line)));
        } catch (LxdFailure e) {
            progress.log("Its log could not be read any more: " + e.getMessage());
        }
    }

    static java.util.List<String> last(String text, int lines) {
        java.util.List<String> all = text.lines().toList();
        return all.subList(Math.max(0, all.size() - lines), all.size());
    }
}
