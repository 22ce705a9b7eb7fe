package org.platformforge.driver.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.platformforge.driver.kubernetes.ArtifactAccess.Grant;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Artifacts;
import org.platformforge.kernel.api.delivery.Sources;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.security.Secrets;

/**
 * The Kubernetes engine: an application is a Deployment with a Service. All that is known of it stands in the cluster; every
 * node of the platform sees the same. Thread-safe.
 */
@Component(
        service = {Driver.class, HealthCheck.class, KubernetesDriver.class},
        configurationPid = KubernetesConfig.PID,
        // asked for by name, or by the operator's configuration: behind the engine that is always there
        property = "service.ranking:Integer=-200")
@Designate(ocd = KubernetesConfig.class)
public final class KubernetesDriver implements Driver, HealthCheck {
    static final String ENGINE = "kubernetes";

    private static final String NOT_CONFIGURED =
            "The engine kubernetes is not configured: its configuration names no cluster";
    private static final int REVISION_BYTES = 5;

    private final Secrets secrets;
    private final String platform;
    private final ArtifactAccess access;
    private final ObjectMapper json = new ObjectMapper();
    private volatile Server server;

    /** Needed for everything that has files. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Artifacts artifacts;

    /** Needed for what is made of a repository. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Sources sources;

    @Activate
    public KubernetesDriver(@Reference Secrets secrets, KubernetesConfig config) {
        this.secrets = secrets;
        this.platform = HexFormat.of().formatHex(secrets.mac("driver.kubernetes.platform", new byte[0]), 0, 8);
        this.access = new ArtifactAccess(secrets);
        this.server = new Server(config, platform);
    }

    @Modified
    void modified(KubernetesConfig changed) {
        Server before = server;
        server = new Server(changed, platform);
        before.close();
    }

    @Deactivate
    void deactivate() {
        server.close();
    }

    @Override
    public String engine() {
        return ENGINE;
    }

    @Override
    public Set<String> resourceTypes() {
        return KubernetesSpec.TYPES;
    }

    @Override
    public List<Problem> check(ResourceSpec spec) {
        Server now = server;
        if (!now.configured()) {
            return List.of(new Problem("engine", NOT_CONFIGURED));
        }
        List<Problem> problems = new ArrayList<>();
        KubernetesSpec wanted = KubernetesSpec.parse(spec, now.config(), problems);
        Sources present = sources;
        if (wanted.repository() != null && present != null) {
            present.objection(wanted.repository())
                    .ifPresent(objection -> problems.add(new Problem("repository", objection)));
        }
        return problems;
    }

    @Override
    public Observation apply(ResourceSpec spec, Progress progress) throws DriverException, InterruptedException {
        Cluster cluster = cluster();
        List<Problem> problems = new ArrayList<>();
        KubernetesSpec read = KubernetesSpec.parse(spec, cluster.config(), problems);
        if (!problems.isEmpty()) {
            Problem first = problems.get(0);
            throw new DriverException("INVALID_RESOURCE", first.property() + " " + first.message(), false, null);
        }
        AppRunner.run(cluster, wanted(cluster, spec, read, progress), progress);
        try {
            return Observer.observe(cluster, spec.id())
                    .orElseThrow(() -> new DriverException(
                            "KUBERNETES_NOT_FOUND", "The application was removed by somebody else", true, null));
        } catch (KubernetesFailure e) {
            throw e.driver("The application runs, and could not be looked at");
        }
    }

    private Wanted wanted(Cluster cluster, ResourceSpec spec, KubernetesSpec read, Progress progress)
            throws DriverException, InterruptedException {
        String artifact = artifact(spec, read, progress);
        String token = artifact == null ? null : access.token(new Grant(spec.tenantId(), spec.id(), artifact));
        String authority = artifact == null ? null : authority(cluster.config());
        return new Wanted(
                spec, read, artifact, token, revision(cluster.config(), spec, artifact, authority), authority);
    }

    private static String authority(KubernetesConfig config) throws DriverException {
        try {
            return config.platform_ca().isBlank() ? null : Files.readString(Path.of(config.platform_ca()));
        } catch (IOException e) {
            throw new DriverException(
                    "KUBERNETES_CONFIGURATION", "platform.ca cannot be read: " + e.getMessage(), false, e);
        }
    }

    private String artifact(ResourceSpec spec, KubernetesSpec read, Progress progress)
            throws DriverException, InterruptedException {
        if (!read.hasFiles()) {
            return null;
        }
        String digest = read.artifact() == null ? snapshot(spec, read, progress) : read.artifact();
        try {
            store().file(spec.tenantId(), digest); // that it is there, before anything is made
            return digest;
        } catch (PlatformException e) {
            throw new DriverException("ARTIFACT_MISSING", e.getMessage() + ": " + digest, false, e);
        }
    }

    private Artifacts store() throws DriverException {
        Artifacts store = artifacts;
        if (store == null) {
            throw new DriverException(
                    "ARTIFACT_STORE", "The store of artifacts is not there at the moment", true, null);
        }
        return store;
    }

    private String snapshot(ResourceSpec spec, KubernetesSpec read, Progress progress)
            throws DriverException, InterruptedException {
        Sources present = sources;
        if (present == null) {
            throw new DriverException("ENGINE_BUSY", "Repositories cannot be fetched at the moment", true, null);
        }
        progress.log("Fetching the repository");
        try {
            return present.snapshot(spec.tenantId(), read.repository(), read.ref(), null)
                    .artifact();
        } catch (OperationException e) {
            throw new DriverException(e.code(), e.getMessage(), e.retryIn().isPresent(), e);
        }
    }

    /** Keyed, because passwords are a part of it. What the configuration adds to pods counts too. */
    private String revision(KubernetesConfig config, ResourceSpec spec, String artifact, String authority) {
        try {
            List<Object> parts = new ArrayList<>(List.of(
                    new TreeMap<>(spec.properties()),
                    config.image(),
                    config.images(),
                    config.platform_url(),
                    config.fetch_image(),
                    config.run_as_user(),
                    config.port()));
            parts.add(artifact);
            parts.add(authority);
            byte[] mac = secrets.mac("driver.kubernetes.revision", json.writeValueAsBytes(parts));
            return HexFormat.of().formatHex(mac, 0, REVISION_BYTES);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Optional<Observation> observe(String resourceId) {
        return asked(Optional.empty(), cluster -> Observer.observe(cluster, resourceId));
    }

    @Override
    public void delete(String resourceId, Progress progress) throws DriverException, InterruptedException {
        AppRunner.remove(cluster(), resourceId, progress);
    }

    @Override
    public List<Held> inventory() {
        return asked(List.of(), Observer::inventory);
    }

    @Override
    public List<String> logs(String resourceId, int tail) {
        return asked(List.of(), cluster -> Observer.logs(cluster, resourceId, tail));
    }

    @Override
    public Optional<Usage> usage(String resourceId) {
        try {
            return asked(Optional.empty(), cluster -> Observer.usage(cluster, resourceId));
        } catch (PlatformException e) {
            return Optional.empty(); // not measured now; observe says why
        }
    }

    @Override
    public String name() {
        return "driver.kubernetes";
    }

    @Override
    public Health check() {
        return server.health();
    }

    /**
     * The files a token opens: of a resource that the cluster has.
     *
     * @throws PlatformException {@code UNAUTHENTICATED} for what is no token of ours, {@code NOT_FOUND} when its resource is
     *     gone, {@code UNAVAILABLE} while that cannot be told
     */
    Path files(String token) {
        Grant grant = access.open(token)
                .orElseThrow(() -> PlatformException.of(
                        ErrorKind.UNAUTHENTICATED,
                        ArtifactAccess.HEADER + " is missing or not a token of this platform"));
        boolean there = asked(
                false,
                cluster -> cluster.deployment(grant.resourceId())
                        .map(found -> found.getMetadata().getAnnotations())
                        .filter(exact -> grant.tenantId().equals(exact.get(Marks.TENANT)))
                        .isPresent());
        Artifacts store = artifacts;
        if (store == null) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The store of artifacts is not there at the moment");
        }
        if (!there) {
            throw PlatformException.notFound("Resource", grant.resourceId());
        }
        return store.file(grant.tenantId(), grant.digest());
    }

    private Cluster cluster() throws DriverException {
        Server now = server;
        if (!now.configured()) {
            throw new DriverException("NOT_CONFIGURED", NOT_CONFIGURED, true, null);
        }
        try {
            return now.cluster();
        } catch (KubernetesFailure e) {
            throw e.driver("The engine kubernetes cannot be used");
        }
    }

    /** A question to the cluster. */
    @FunctionalInterface
    private interface Question<T> {
        T put(Cluster cluster) throws KubernetesFailure, InterruptedException;
    }

    /** @param otherwise while no cluster is configured: then this engine has never made anything */
    private <T> T asked(T otherwise, Question<T> question) {
        Server now = server;
        if (!now.configured()) {
            return otherwise;
        }
        try {
            return question.put(now.cluster());
        } catch (KubernetesFailure e) {
            throw silent(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw silent("Interrupted while it was asked", e);
        }
    }

    /** The code by which who asks takes it for the engine's silence, and for nothing to be logged with a stack. */
    private static PlatformException silent(String why, Exception cause) {
        return PlatformException.of(ErrorKind.UNAVAILABLE, "Kubernetes: " + why)
                .withCode(ExtensionContributions.NO_ANSWER)
                .withCause(cause);
    }
}
