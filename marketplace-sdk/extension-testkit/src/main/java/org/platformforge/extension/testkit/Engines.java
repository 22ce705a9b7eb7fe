package org.platformforge.extension.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.pipeline.StepException;

/** The extension's engines and steps, as modules call them. */
final class Engines {
    private Engines() {}

    /** @throws IllegalStateException for a name with which the platform would not start the extension */
    static void check(String extensionId, List<Driver> drivers) {
        for (Driver driver : drivers) {
            if (!driver.engine().equals(extensionId)) {
                require(extensionId, driver.engine());
            }
            driver.resourceTypes().forEach(type -> require(extensionId, type));
        }
    }

    static void require(String extensionId, String name) {
        if (!name.matches(Pattern.quote(extensionId) + "\\.[a-z][a-z0-9-]{0,62}")) {
            throw new IllegalStateException(name + " must be called " + extensionId + ".<name>");
        }
    }

    /** How a call gets into the tenant. */
    @FunctionalInterface
    interface Entrance {
        Object call(Callable<Object> work) throws Exception;
    }

    static <T> T in(Class<T> point, T service, Entrance entrance) {
        Object inside =
                Proxy.newProxyInstance(point.getClassLoader(), new Class<?>[] {point}, (proxy, method, arguments) -> {
                    try {
                        return entrance.call(() -> method.invoke(service, arguments));
                    } catch (InvocationTargetException e) {
                        Throwable cause = e.getCause();
                        boolean told = Stream.of(
                                        DriverException.class,
                                        StepException.class,
                                        InterruptedException.class,
                                        RuntimeException.class,
                                        Error.class)
                                .anyMatch(type -> type.isInstance(cause));
                        throw told ? cause : new AssertionError("The extension has failed", cause);
                    }
                });
        return point.cast(inside);
    }
}
