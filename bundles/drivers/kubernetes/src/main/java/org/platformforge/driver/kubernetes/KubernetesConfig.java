package org.platformforge.driver.kubernetes;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the Kubernetes engine, {@code config/org.platformforge.driver.kubernetes.cfg}. */
@ObjectClassDefinition(id = KubernetesConfig.PID, name = "Platform Forge: Kubernetes engine")
public @interface KubernetesConfig {
    String PID = "org.platformforge.driver.kubernetes";

    @AttributeDefinition(name = "File (kubeconfig) that names the cluster, or in-cluster; empty: not configured")
    String kubeconfig() default "";

    @AttributeDefinition(name = "Context of the kubeconfig; empty: its current one")
    String context() default "";

    @AttributeDefinition(name = "Namespace of everything this engine makes; it has to be there")
    String namespace() default "platform-forge";

    @AttributeDefinition(name = "Image of applications that name none and whose framework has none")
    String image() default "";

    @AttributeDefinition(name = "Images by framework: framework=image")
    String[] images() default {};

    @AttributeDefinition(name = "What the name of an image that a resource asks for has to begin with; empty: anything")
    String[] image_prefixes() default {};

    @AttributeDefinition(name = "Secret of the namespace with the credentials of the registry; empty: none")
    String image_pull_secret() default "";

    @AttributeDefinition(name = "Address under which pods reach the platform; empty: only images that are complete run")
    String platform_url() default "";

    @AttributeDefinition(name = "File with the certificate authority of that address, PEM; empty: the image's own")
    String platform_ca() default "";

    @AttributeDefinition(name = "Image with sh, curl, sha256sum and tar that fetches the files of an application")
    String fetch_image() default "docker.io/curlimages/curl:8.10.1";

    @AttributeDefinition(name = "User and group number of applications; empty: the cluster assigns it")
    String run_as_user() default "10001";

    @AttributeDefinition(name = "Port applications listen on within their pods")
    int port() default 8080;

    @AttributeDefinition(name = "How the platform reaches applications: ClusterIP, NodePort or LoadBalancer")
    String service_type() default "ClusterIP";

    @AttributeDefinition(name = "Address of a node; needed with NodePort")
    String node_address() default "";

    @AttributeDefinition(name = "Domains that applications may ask for hosts in; empty: none, and no Ingress is made")
    String[] ingress_domains() default {};

    @AttributeDefinition(name = "Class of Ingresses; empty: the cluster's default")
    String ingress_class() default "";

    @AttributeDefinition(name = "Secret of the namespace with the certificate of the hosts; empty: no TLS")
    String ingress_tls_secret() default "";

    @AttributeDefinition(name = "Seconds to connect to the API server")
    int connect_timeout_seconds() default 5;

    @AttributeDefinition(name = "Seconds until an answer of the API server is complete")
    int request_timeout_seconds() default 15;

    @AttributeDefinition(name = "Seconds a rollout may go without any progress")
    int start_timeout_seconds() default 300;

    @AttributeDefinition(name = "Seconds a removal may take")
    int removal_timeout_seconds() default 180;

    @AttributeDefinition(name = "Seconds pods have to shut down")
    int stop_grace_seconds() default 30;
}
