package org.platformforge.auth.domain;

import java.lang.reflect.Proxy;
import java.util.Map;

/** The defaults of {@link AuthConfig} with a few values changed; hashes are cheap unless said. */
final class TestConfig {
    private TestConfig() {}

    static AuthConfig with(Map<String, Object> changes) {
        return (AuthConfig) Proxy.newProxyInstance(
                AuthConfig.class.getClassLoader(), new Class<?>[] {AuthConfig.class}, (proxy, method, arguments) -> {
                    if (changes.containsKey(method.getName())) {
                        return changes.get(method.getName());
                    }
                    return method.getName().equals("argon2_memory_kib") ? 64 : method.getDefaultValue();
                });
    }
}
