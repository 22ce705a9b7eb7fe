package org.platformforge.kernel.security.testing;

import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.platformforge.kernel.security.config.SecurityConfig;
import org.platformforge.kernel.security.config.Settings;

/** Configurations as the component runtime makes them: defaults, and what a test sets. */
public final class TestConfig {
    private TestConfig() {}

    /** @param values by method name, such as {@code token_lifetime_seconds} */
    public static <A extends Annotation> A of(Class<A> type, Map<String, Object> values) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue())));
    }

    public static Settings settings(Map<String, Object> values) {
        return Settings.of(of(SecurityConfig.class, values), properties(values));
    }

    /** The same as keys of a configuration file. */
    static Map<String, Object> properties(Map<String, Object> values) {
        Map<String, Object> properties = new HashMap<>();
        values.forEach((name, value) -> properties.put(name.replace('_', '.'), value));
        return properties;
    }
}
