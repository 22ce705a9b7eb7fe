package org.platformforge.driver.process;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
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

/** A driver on a folder, and specifications for it. */
final class Fixtures {
    private Fixtures() {}

    static ProcessConfig config(Path folder, Map<String, Object> changes) {
        Map<String, Object> values = new HashMap<>(changes);
        values.putIfAbsent("folder", folder.toString());
        values.putIfAbsent("port_first", 31000);
        values.putIfAbsent("port_last", 31999);
        values.putIfAbsent("stop_grace_seconds", 3);
        return (ProcessConfig) Proxy.newProxyInstance(
                ProcessConfig.class.getClassLoader(),
                new Class<?>[] {ProcessConfig.class},
                (proxy, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    static ProcessDriver driver(Path folder, Map<String, Object> changes) throws Exception {
        return driver(folder, changes, Path.of("/sys/fs/cgroup"));
    }

    static ProcessDriver driver(Path folder, Map<String, Object> changes, Path cgroups) throws Exception {
        return new ProcessDriver(new ReversingSecrets(), config(folder, changes), cgroups);
    }

    static ResourceSpec application(String id, Map<String, Object> properties) {
        return new ResourceSpec(id, "ten_a", "prov-1", "app", "shop", "dev", AppSpec.APPLICATION, properties);
    }

    static ResourceSpec worker(String id, Map<String, Object> properties) {
        return new ResourceSpec(id, "ten_a", "prov-1", "app", "shop", "dev", AppSpec.WORKER, properties);
    }

    /** Keeps the lines of a call. */
    static final class Lines implements Progress {
        final List<String> lines = new ArrayList<>();

        @Override
        public void log(String line) {
            lines.add(line);
        }

        @Override
        public boolean cancelled() {
            return false;
        }
    }

    /** Hides the text well enough to see whether it was sealed; opens it only in its context. */
    private static final class ReversingSecrets implements Secrets {
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
            return context + ':' + Base64.getEncoder().encodeToString(plaintext);
        }

        @Override
        public byte[] open(String purpose, String context, String sealed) {
            if (!sealed.startsWith(context + ':')) {
                throw new IllegalArgumentException("sealed elsewhere");
            }
            return Base64.getDecoder().decode(sealed.substring(context.length() + 1));
        }
    }
}
