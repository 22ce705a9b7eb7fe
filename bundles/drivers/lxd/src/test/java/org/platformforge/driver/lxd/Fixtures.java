package org.platformforge.driver.lxd;

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
    private Fixtures() {}

    static LxdConfig config(Map<String, Object> values) {
        return (LxdConfig) Proxy.newProxyInstance(
                LxdConfig.class.getClassLoader(),
                new Class<?>[] {LxdConfig.class},
                (proxy, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    /** For the fake server whose certificates lie in the folder. */
    static Map<String, Object> values(Path folder, FakeLxd server) {
        Map<String, Object> values = new HashMap<>();
        values.put("url", server.url());
        values.put("client_certificate", folder.resolve("client.crt").toString());
        values.put("client_key", folder.resolve("client.key").toString());
        values.put("server_certificate", folder.resolve("server.crt").toString());
        values.put("image", "forge");
        values.put("networks", new String[] {"127.0.0.0/8"});
        values.put("port", server.applicationPort());
        values.put("operation_timeout_seconds", 60);
        return values;
    }

    static LxdDriver driver(Map<String, Object> values, FolderArtifacts artifacts) {
        LxdDriver driver = new LxdDriver(new PlainSecrets(), config(values));
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
        final List<String> lines = new ArrayList<>();
        volatile boolean cancelled;

        @Override
        public synchronized void log(String line) {
            lines.add(line);
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
