package org.platformforge.driver.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.driver.common.StaticSite;

/** The pods of a resource, as the "restricted" Pod Security Standard wants them. Stateless. */
final class Pods {
    static final String APP = "app";
    static final String FETCH = "fetch";
    static final String WORK = "/srv/app";

    /** Where the volume is while it is filled: its root belongs to root, and a folder in it does not. */
    private static final String FETCHED = "/srv/files";

    private static final String FILES = "files";
    private static final String ACCESS = "access";
    private static final String ACCESS_FOLDER = "/etc/forge";
    private static final int READY_EVERY = 5;
    private static final int LIVE_EVERY = 10;
    private static final int DEAD_AFTER = 6;
    private static final int PROBE_SECONDS = 5;

    private Pods() {}

    static PodTemplateSpec template(Wanted wanted, String platform, KubernetesConfig config) {
        KubernetesSpec spec = wanted.spec();
        Map<String, String> annotations = Marks.annotations(wanted.resource());
        annotations.put(Marks.REVISION, wanted.revision());
        List<Container> before = new ArrayList<>();
        List<Volume> volumes = new ArrayList<>();
        if (wanted.artifact() != null) {
            before.add(fetch(wanted, config));
            volumes.add(new VolumeBuilder()
                    .withName(FILES)
                    .withNewEmptyDir()
                    .withSizeLimit(quantity(spec.amounts().disk()))
                    .endEmptyDir()
                    .build());
            volumes.add(new VolumeBuilder()
                    .withName(ACCESS)
                    .withNewSecret()
                    .withSecretName(wanted.named(FETCH))
                    .endSecret()
                    .build());
        }
        String pull = config.image_pull_secret();
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(Marks.labels(platform, wanted.resource()))
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds((long) config.stop_grace_seconds())
                .withImagePullSecrets(pull.isBlank() ? List.of() : List.of(new LocalObjectReference(pull)))
                .withSecurityContext(security(wanted, config))
                .withInitContainers(before)
                .withContainers(app(wanted, config))
                .withVolumes(volumes)
                .endSpec()
                .build();
    }

    /** An image that is complete says itself as which user it runs; as root it does not. */
    private static PodSecurityContext security(Wanted wanted, KubernetesConfig config) {
        boolean assigned = config.run_as_user().isBlank() || wanted.artifact() == null;
        Long user = assigned ? null : Long.valueOf(config.run_as_user().strip());
        return new PodSecurityContextBuilder()
                .withRunAsNonRoot(true)
                .withRunAsUser(user)
                .withRunAsGroup(user)
                .withFsGroup(user)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .build();
    }

    private static SecurityContext restricted() {
        return new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withPrivileged(false)
                .withRunAsNonRoot(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .build();
    }

    /** It ends before the application starts, and so takes no more than the application has. */
    private static Container fetch(Wanted wanted, KubernetesConfig config) {
        List<EnvVar> env = new ArrayList<>();
        env.add(plain("FORGE_URL", ArtifactAccess.url(config)));
        env.add(plain("FORGE_SHA256", wanted.artifact().replace("sha256:", "")));
        env.add(new EnvVarBuilder()
                .withName("FORGE_TOKEN")
                .withNewValueFrom()
                .withNewSecretKeyRef()
                .withName(wanted.named(FETCH))
                .withKey(Manifests.TOKEN)
                .endSecretKeyRef()
                .endValueFrom()
                .build());
        List<VolumeMount> mounts = new ArrayList<>(List.of(mount(FILES, FETCHED)));
        if (wanted.authority() != null) {
            env.add(plain("FORGE_CA", ACCESS_FOLDER + "/" + Manifests.AUTHORITY));
            mounts.add(new VolumeMountBuilder(mount(ACCESS, ACCESS_FOLDER))
                    .withReadOnly(true)
                    .build());
        }
        return new ContainerBuilder()
                .withName(FETCH)
                .withImage(config.fetch_image())
                .withCommand("/bin/sh", "-c", verbatim(script("fetch.sh")), FETCH, FETCHED)
                .withEnv(env)
                .withVolumeMounts(mounts)
                .withResources(resources(wanted.spec().amounts()))
                .withSecurityContext(restricted())
                .build();
    }

    private static Container app(Wanted wanted, KubernetesConfig config) {
        KubernetesSpec spec = wanted.spec();
        ContainerBuilder app = new ContainerBuilder()
                .withName(APP)
                .withImage(spec.image())
                .withEnvFrom(variables(wanted))
                .withEnv(environment(wanted, config))
                .withResources(resources(spec.amounts()))
                .withSecurityContext(restricted());
        if (spec.startCommand() != null) {
            app.withCommand("/bin/sh", "-c", verbatim(spec.startCommand()));
        } else if (spec.staticDirectory() != null) {
            app.withCommand("/bin/sh", "-c", verbatim(StaticSite.script()));
        }
        if (wanted.artifact() != null) {
            app.withWorkingDir(WORK)
                    .withVolumeMounts(new VolumeMountBuilder(mount(FILES, WORK))
                            .withSubPath(APP)
                            .build());
        }
        if (!spec.worker()) {
            app.addNewPort()
                    .withName(Manifests.PORT_NAME)
                    .withContainerPort(config.port())
                    .withProtocol("TCP")
                    .endPort()
                    .withStartupProbe(probe(spec, 1, spec.timeoutSeconds()))
                    .withReadinessProbe(probe(spec, READY_EVERY, 2))
                    .withLivenessProbe(probe(spec, LIVE_EVERY, DEAD_AFTER));
        }
        return app.build();
    }

    /** The secret ones prevail, and the platform's over both. */
    private static List<EnvFromSource> variables(Wanted wanted) {
        List<EnvFromSource> sources = new ArrayList<>();
        if (!wanted.spec().env().isEmpty()) {
            sources.add(new EnvFromSourceBuilder()
                    .withNewConfigMapRef(wanted.named("env"), false)
                    .build());
        }
        if (!wanted.spec().secrets().isEmpty()) {
            sources.add(new EnvFromSourceBuilder()
                    .withNewSecretRef(wanted.named("secret"), false)
                    .build());
        }
        return sources;
    }

    private static List<EnvVar> environment(Wanted wanted, KubernetesConfig config) {
        Map<String, String> all = new LinkedHashMap<>();
        if (wanted.artifact() != null) {
            all.put("HOME", WORK);
        }
        if (!wanted.spec().worker()) {
            all.put("HOST", "0.0.0.0");
            all.put("PORT", Integer.toString(config.port()));
        }
        if (wanted.spec().staticDirectory() != null) {
            all.put("FORGE_STATIC", wanted.spec().staticDirectory());
        }
        all.put("FORGE_SERVICE", wanted.resource().service());
        all.put("FORGE_ENVIRONMENT", wanted.resource().environment());
        all.put("FORGE_ENGINE", KubernetesDriver.ENGINE);
        all.put("FORGE_RESOURCE", wanted.resource().id());
        List<EnvVar> variables = new ArrayList<>();
        all.forEach((name, value) -> variables.add(plain(name, value)));
        return variables;
    }

    /** Kubernetes reads {@code $(NAME)} as a reference, and {@code $$} as one {@code $}. */
    private static String verbatim(String text) {
        return text.replace("$", "$$");
    }

    private static EnvVar plain(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(verbatim(value)).build();
    }

    private static VolumeMount mount(String volume, String folder) {
        return new VolumeMountBuilder().withName(volume).withMountPath(folder).build();
    }

    private static Probe probe(KubernetesSpec spec, int everySeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(spec.probePath())
                .withPort(new IntOrString(Manifests.PORT_NAME))
                .endHttpGet()
                .withPeriodSeconds(everySeconds)
                .withTimeoutSeconds(PROBE_SECONDS)
                .withFailureThreshold(failures)
                .build();
    }

    /** What is asked for is set aside, and is the most. */
    private static ResourceRequirements resources(KubernetesSpec.Amounts amounts) {
        Map<String, Quantity> asked = new HashMap<>();
        if (amounts.cores() != null) {
            asked.put("cpu", new Quantity(amounts.cores().stripTrailingZeros().toPlainString()));
        }
        if (amounts.memory() != null) {
            asked.put("memory", quantity(amounts.memory()));
        }
        if (amounts.disk() != null) {
            asked.put("ephemeral-storage", quantity(amounts.disk()));
        }
        return new ResourceRequirementsBuilder()
                .withRequests(asked)
                .withLimits(asked)
                .build();
    }

    private static Quantity quantity(Long bytes) {
        return bytes == null ? null : new Quantity(bytes.toString());
    }

    static String script(String name) {
        try (InputStream in = Pods.class.getResourceAsStream("/META-INF/pod/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
