package org.platformforge.driver.kubernetes;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.platformforge.driver.kubernetes.KubernetesFailure.Kind;

/** Makes clients as the configuration says. Neither the environment nor files of the home folder are looked at. Stateless. */
final class Connection {
    private static final String IN_CLUSTER = "in-cluster";
    private static final int RETRIES = 2;
    private static final int RETRY_MILLIS = 200;

    private Connection() {}

    static KubernetesClient open(KubernetesConfig config) throws KubernetesFailure {
        try {
            Config base = IN_CLUSTER.equals(config.kubeconfig()) ? inCluster() : ofFile(config);
            Config complete = new ConfigBuilder(base)
                    .withNamespace(config.namespace())
                    .withConnectionTimeout(millis(config.connect_timeout_seconds()))
                    .withRequestTimeout(millis(config.request_timeout_seconds()))
                    .withRequestRetryBackoffLimit(RETRIES)
                    .withRequestRetryBackoffInterval(RETRY_MILLIS)
                    .build();
            return new KubernetesClientBuilder()
                    .withConfig(complete)
                    .withHttpClientFactory(new JdkHttpClientFactory())
                    .build();
        } catch (IOException | UncheckedIOException e) {
            throw unusable("cannot be read: " + e.getMessage(), e);
        } catch (KubernetesClientException | IllegalArgumentException e) {
            throw unusable("is not usable: " + e.getMessage(), e);
        }
    }

    private static KubernetesFailure unusable(String what, Exception cause) {
        return new KubernetesFailure(Kind.CONFIGURATION, "The kubeconfig " + what, cause);
    }

    private static int millis(int seconds) {
        return Math.toIntExact(TimeUnit.SECONDS.toMillis(seconds));
    }

    private static Config ofFile(KubernetesConfig config) throws IOException {
        String file = config.kubeconfig();
        String context = config.context().isBlank() ? null : config.context();
        // read here, so that a file that is missing is not taken for an empty one
        Config read = Config.fromKubeconfig(context, Files.readString(Path.of(file)), file);
        NamedContext current = read.getCurrentContext();
        if (current == null || context != null && !context.equals(current.getName())) {
            throw new IllegalArgumentException(
                    context == null ? "it names no current context" : "it has no context " + context);
        }
        return read;
    }

    /** As the service account of the pod that the platform runs in, whose token is changed every hour. */
    private static Config inCluster() throws IOException {
        String host = System.getenv("KUBERNETES_SERVICE_HOST");
        String port = System.getenv("KUBERNETES_SERVICE_PORT");
        Path token = Path.of(Config.KUBERNETES_SERVICE_ACCOUNT_TOKEN_PATH);
        if (host == null || port == null || !Files.isReadable(token)) {
            throw new IOException("the platform does not run in a pod with a service account");
        }
        return new ConfigBuilder(Config.empty())
                .withMasterUrl("https://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port)
                .withCaCertFile(Config.KUBERNETES_SERVICE_ACCOUNT_CA_CRT_PATH)
                .withOauthTokenProvider(() -> read(token))
                .build();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
