package org.platformforge.auth.domain;

import java.lang.reflect.Proxy;
import java.util.Map;

/** The defaults of {@link AuthConfig} with a few values changed; hashes are cheap unless said. */
final class TestConfig {
    private TestConfig() {}

    static AuthConfig with(Map<String, Object> changes) {
        return of(AuthConfig.class, changes);
    }

    static <T> T of(Class<T> type, Map<String, Object> changes) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (changes.containsKey(method.getName())) {
                        return changes.get(method.getName());
                    }
                    return method.getName().equals("argon2_memory_kib") ? 64 : method.getDefaultValue();
                }));
    }
}
