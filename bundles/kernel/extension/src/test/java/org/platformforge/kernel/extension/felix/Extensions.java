package org.platformforge.kernel.extension.felix;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.command.ExtensionCommand;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.extension.fixture.Hello;
import org.platformforge.kernel.extension.fixture.Hostile;
import org.platformforge.kernel.store.testing.TestCaller;

/** What the tests do with extensions again and again. */
final class Extensions {
    private Extensions() {}

    static ExtensionJar hello(String version) {
        return new ExtensionJar("acme.hello", version)
                .component(Hello.class, ExtensionCommand.class, ExtensionContext.class);
    }

    static ExtensionJar hostile() {
        return new ExtensionJar("mean.hostile", "1.0.0")
                .component(Hostile.class, ExtensionCommand.class, ExtensionContext.class);
    }

    static ExtensionRuntime.Assignment assignment(ExtensionRelease release) {
        return new ExtensionRuntime.Assignment(
                release.sha256(), null, 0, Map.of("greeting", "Hello"), Map.of("key", "s3cret"));
    }

    static ExtensionRuntime.Assignment canary(ExtensionRelease main, ExtensionRelease canary, int percent) {
        return new ExtensionRuntime.Assignment(main.sha256(), canary.sha256(), percent, Map.of(), Map.of());
    }

    /** Calls a command of the tenant's release, as the request chain calls a resource. */
    static String run(TestPlatform platform, String tenant, String extension, String... arguments) throws Exception {
        ExtensionRouting routing = platform.routing();
        long bundle = routing.select(tenant, extension, tenant).orElseThrow().bundleId();
        ExtensionCommand command = command(platform, bundle);
        return routing.call(bundle, new TestCaller(tenant, "user_1"), () -> command.run(List.of(arguments)));
    }

    static ExtensionCommand command(TestPlatform platform, long bundleId) {
        Bundle bundle = platform.context().getBundle(bundleId);
        ServiceReference<?> reference =
                Arrays.stream(bundle.getRegisteredServices()).findFirst().orElseThrow();
        return (ExtensionCommand) platform.context().getService(reference);
    }
}
