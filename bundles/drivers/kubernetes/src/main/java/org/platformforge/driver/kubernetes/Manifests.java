package org.platformforge.driver.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The objects a resource consists of. Stateless. */
final class Manifests {
    static final String PORT_NAME = "http";
    static final String TOKEN = "token";
    static final String AUTHORITY = "ca.crt";

    private static final int SETTLED_SECONDS = 3;

    private Manifests() {}

    /** In the order they are needed. */
    static List<HasMetadata> of(Wanted wanted, String platform, KubernetesConfig config) {
        List<HasMetadata> objects = new ArrayList<>();
        if (!wanted.spec().env().isEmpty()) {
            objects.add(configMap(wanted, platform));
        }
        if (!wanted.spec().secrets().isEmpty()) {
            objects.add(secret(wanted, platform, "secret", wanted.spec().secrets()));
        }
        if (wanted.artifact() != null) {
            Map<String, String> access = new LinkedHashMap<>(Map.of(TOKEN, wanted.token()));
            if (wanted.authority() != null) {
                access.put(AUTHORITY, wanted.authority());
            }
            objects.add(secret(wanted, platform, "fetch", access));
        }
        objects.add(deployment(wanted, platform, config));
        if (!wanted.spec().worker()) {
            objects.add(service(wanted, platform, config));
        }
        if (wanted.spec().host() != null) {
            objects.add(ingress(wanted, platform, config));
        }
        return objects;
    }

    private static ObjectMeta meta(Wanted wanted, String platform, String name) {
        return new ObjectMetaBuilder()
                .withName(name)
                .withLabels(Marks.labels(platform, wanted.resource()))
                .withAnnotations(Marks.annotations(wanted.resource()))
                .build();
    }

    private static ConfigMap configMap(Wanted wanted, String platform) {
        return new ConfigMapBuilder()
                .withMetadata(meta(wanted, platform, wanted.named("env")))
                .withImmutable(true)
                .withData(wanted.spec().env())
                .build();
    }

    private static Secret secret(Wanted wanted, String platform, String part, Map<String, String> values) {
        Map<String, String> encoded = new LinkedHashMap<>();
        values.forEach((name, value) ->
                encoded.put(name, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        return new SecretBuilder()
                .withMetadata(meta(wanted, platform, wanted.named(part)))
                .withImmutable(true)
                .withType("Opaque")
                .withData(encoded)
                .build();
    }

    /** Its old pods stay until the new ones are ready. */
    private static Deployment deployment(Wanted wanted, String platform, KubernetesConfig config) {
        return new DeploymentBuilder()
                .withMetadata(meta(wanted, platform, wanted.name()))
                .withNewSpec()
                .withReplicas(wanted.spec().replicas())
                .withRevisionHistoryLimit(0) // the platform keeps the history; what they refer to is gone
                .withProgressDeadlineSeconds(wanted.spec().timeoutSeconds() + SETTLED_SECONDS)
                .withMinReadySeconds(wanted.spec().worker() ? SETTLED_SECONDS : 0)
                .withNewStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withMaxUnavailable(new IntOrString(0))
                .withMaxSurge(new IntOrString("25%"))
                .endRollingUpdate()
                .endStrategy()
                .withNewSelector()
                .withMatchLabels(Marks.selector(platform, wanted.resource().id()))
                .endSelector()
                .withTemplate(Pods.template(wanted, platform, config))
                .endSpec()
                .build();
    }

    private static Service service(Wanted wanted, String platform, KubernetesConfig config) {
        return new ServiceBuilder()
                .withMetadata(meta(wanted, platform, wanted.name()))
                .withNewSpec()
                .withType(config.service_type())
                .withSelector(Marks.selector(platform, wanted.resource().id()))
                .addNewPort()
                .withName(PORT_NAME)
                .withPort(config.port())
                .withProtocol("TCP")
                .withTargetPort(new IntOrString(PORT_NAME))
                .endPort()
                .endSpec()
                .build();
    }

    private static Ingress ingress(Wanted wanted, String platform, KubernetesConfig config) {
        String host = wanted.spec().host();
        IngressBuilder ingress = new IngressBuilder()
                .withMetadata(meta(wanted, platform, wanted.name()))
                .withNewSpec()
                .withIngressClassName(config.ingress_class().isBlank() ? null : config.ingress_class())
                .addNewRule()
                .withHost(host)
                .withNewHttp()
                .addNewPath()
                .withPath("/")
                .withPathType("Prefix")
                .withNewBackend()
                .withNewService()
                .withName(wanted.name())
                .withNewPort()
                .withName(PORT_NAME)
                .endPort()
                .endService()
                .endBackend()
                .endPath()
                .endHttp()
                .endRule()
                .endSpec();
        if (!config.ingress_tls_secret().isBlank()) {
            ingress.editSpec()
                    .addNewTl()
                    .withHosts(host)
                    .withSecretName(config.ingress_tls_secret())
                    .endTl()
                    .endSpec();
        }
        return ingress.build();
    }
}
