package org.platformforge.kernel.jobs;

import java.lang.reflect.Proxy;
import java.util.Map;

/** The defaults of {@link JobsConfig} with a few values changed. */
public final class TestConfig {
    private TestConfig() {}

    public static JobsConfig with(Map<String, Object> changes) {
        return (JobsConfig) Proxy.newProxyInstance(
                JobsConfig.class.getClassLoader(), new Class<?>[] {JobsConfig.class}, (proxy, method, arguments) -> {
                    Object changed = changes.get(method.getName());
                    return changed == null ? method.getDefaultValue() : changed;
                });
    }
}
