package org.platformforge.kernel.api.delivery;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.jobs.Operation;

/**
 * Releases of services in environments. One is rolled out at a time for each service in each environment; until it is
 * complete and proved the one before it serves, whatever fails. Tenant rules are the caller's tenant; permissions are
 * asked for by whoever calls. Thread-safe.
 */
@ProviderType
public interface Delivery {
    /** Code of a refusal for a freeze of the environment. */
    String FROZEN = "ENVIRONMENT_FROZEN";
    /** Code of a refusal to bring back a release whose artifact is not kept any more. */
    String ARTIFACT_GONE = "ARTIFACT_GONE";

    /**
     * A service in an environment.
     *
     * @param current the release that serves, or null
     * @param rollingOut the release on its way, or null
     * @param url where it answers; null while nothing serves
     * @param instances of the current release, as their engines see them now
     */
    record Target(
            String service,
            String environment,
            Release current,
            Release rollingOut,
            String url,
            List<Resources.Seen> instances) {}

    /**
     * Begins a release; returns at once with it pending.
     *
     * @throws org.platformforge.kernel.api.PlatformException {@code VALIDATION} with every field that is wrong, by the
     *     names of {@link DeployRequest} in snake case; {@code CONFLICT} while another one is rolled out, and with the
     *     code {@link #FROZEN} while the environment is frozen; {@code FORBIDDEN} when the freeze is overridden without the permission to do so
     */
    Release deploy(Caller caller, DeployRequest request);

    /**
     * Begins a release with the artifact and configuration of an earlier one; also in a freeze, for it is the way to safety.
     *
     * @param number null for the one that served before the current one
     * @throws org.platformforge.kernel.api.PlatformException {@code NOT_FOUND}; {@code CONFLICT} when it has never
     *     served, while another one is rolled out, and with the code {@link #ARTIFACT_GONE} when its artifact is not kept any
     *     more; nothing is begun then
     */
    Release rollback(Caller caller, String service, String environment, Integer number);

    /**
     * Which of these releases a rollback could bring back now: they have served, another one or none serves in their place, and
     * their artifact is still kept. All are looked up at once. None while nobody can say what is kept.
     *
     * @param releases of the tenant, of any services and environments
     * @return their ids
     */
    Set<String> returnable(String tenantId, Collection<Release> releases);

    Optional<Release> find(String tenantId, String releaseId);

    /** How a release did as a canary, in order; none for one that is not analysed. */
    List<CanaryStage> canary(String tenantId, String releaseId);

    /** Newest first; {@code environment} may be null. */
    Page<Release> releases(String tenantId, String service, String environment, PageRequest page);

    /** The environments a service was ever deployed to and not removed from, by name. */
    List<Target> targets(String tenantId, String service);

    Optional<Target> target(String tenantId, String service, String environment);

    /**
     * Takes a service out of an environment: route and instances go, the history stays.
     *
     * @return empty when nothing was there
     * @throws org.platformforge.kernel.api.PlatformException {@code CONFLICT} while a release is rolled out
     */
    Optional<Operation> remove(Caller caller, String service, String environment);
}
