package org.platformforge.driver.kubernetes;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.security.Secrets;

/** Configurations, specifications and what engines need of the platform. */
final class Fixtures {
    static final String NAMESPACE = "forge-test";

    private Fixtures() {}

    static KubernetesConfig config(Map<String, Object> values) {
        return (KubernetesConfig) Proxy.newProxyInstance(
                KubernetesConfig.class.getClassLoader(),
                new Class<?>[] {KubernetesConfig.class},
                (proxy, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    /** For a cluster at this address. */
    static Map<String, Object> values(Path folder, String url) throws IOException {
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: main
                clusters:
                - name: main
                  cluster: {server: "%s"}
                users:
                - name: forge
                  user: {token: the-token-of-the-account}
                contexts:
                - name: main
                  context: {cluster: main, user: forge}
                """.formatted(url));
        Map<String, Object> values = new HashMap<>();
        values.put("kubeconfig", kubeconfig.toString());
        values.put("namespace", NAMESPACE);
        values.put("image", "docker.io/library/node:22");
        values.put("platform_url", "https://forge.example.com/");
        values.put("request_timeout_seconds", 30);
        return values;
    }

    static KubernetesDriver driver(Map<String, Object> values, FolderArtifacts artifacts) {
        KubernetesDriver driver = new KubernetesDriver(new PlainSecrets(), config(values));
        driver.artifacts = artifacts;
        return driver;
    }

    static String artifact(FolderArtifacts artifacts, Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("artifact.tar"), "files");
        return artifacts.put("ten_a", file).digest();
    }

    static ResourceSpec spec(String id, String type, Map<String, Object> properties) {
        return new ResourceSpec(id, "ten_a", "rel-1", "instance-1", "shop", "dev", type, properties);
    }

    /** Keeps the lines of a call. */
    static final class Lines implements Progress {
        private final List<String> lines = new ArrayList<>();
        volatile boolean cancelled;

        @Override
        public synchronized void log(String line) {
            lines.add(line);
        }

        synchronized List<String> lines() {
            return List.copyOf(lines);
        }

        @Override
        public boolean cancelled() {
            return cancelled;
        }
    }

    static final class PlainSecrets implements Secrets {
        @Override
        public byte[] mac(String purpose, byte[] data) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(purpose.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
                return mac.doFinal(data);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public String seal(String purpose, String context, byte[] plaintext) {
            return Base64.getEncoder().encodeToString(plaintext);
        }

        @Override
        public byte[] open(String purpose, String context, String sealed) {
            return Base64.getDecoder().decode(sealed);
        }
    }
}
