package org.platformforge.kernel.http.felix;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.platformforge.kernel.http.fixture.Greeting;
import org.platformforge.kernel.http.fixture.GreetingResource;
import org.platformforge.kernel.http.fixture.NewGreeting;
import org.platformforge.kernel.http.fixture.RivalResource;
import org.platformforge.kernel.http.fixture.TroubleResource;

/** Modules that cannot be served yet. */
class WaitingModulesTest {
    private static final String REGISTRY = "org.platformforge.kernel.http.generation.GenerationRegistry";

    private TestPlatform platform;

    @BeforeEach
    void start() throws Exception {
        platform = new TestPlatform().start().withServices();
        platform.register(Runnable.class, () -> {});
    }

    @AfterEach
    void stop() throws Exception {
        platform.close();
    }

    @Test
    void oneThatWaitsIsLookedAtByOneRecheckHoweverOftenItIsAskedFor() throws Exception {
        Bundle bundle = install(new FixtureBundle("waiting", "1.0.0")
                .resource(GreetingResource.class, Iterable.class)
                .classes(Greeting.class, NewGreeting.class));
        Object registry = platform.context().getService(platform.context().getAllServiceReferences(REGISTRY, null)[0]);
        Method problem = registry.getClass().getMethod("problem", long.class);
        TestPlatform.await(() -> ((Optional<?>) problem.invoke(registry, bundle.getBundleId())).isPresent());
        for (int i = 0; i < 50; i++) {
            registry.getClass().getMethod("preferNone", String.class).invoke(registry, "other");
        }
        ScheduledThreadPoolExecutor queue =
                (ScheduledThreadPoolExecutor) field(field(registry, "evaluations"), "timer");
        TestPlatform.await(() -> queue.getQueue().size() <= 1);
    }

    @Test
    void oneThatWasRefusedForARouteIsServedWhenAnUpdateGivesTheRouteUp() throws Exception {
        install(new FixtureBundle("owner", "1.0.0")
                .resource(GreetingResource.class, Runnable.class)
                .classes(Greeting.class, NewGreeting.class));
        platform.awaitStatus(200, "/api/v1/greetings/you");
        install(new FixtureBundle("rival", "1.0.0").resource(RivalResource.class));
        assertThat(platform.get("/api/v1/greetings/you").body()).contains("Hello");

        install(new FixtureBundle("owner", "2.0.0")
                .resource(TroubleResource.class)
                .classes(TroubleResource.Tracked.class));

        TestPlatform.await(() -> platform.get("/api/v1/greetings/you").body().equals("rival"));
    }

    private Bundle install(FixtureBundle bundle) throws Exception {
        return platform.install("waiting-" + System.nanoTime(), bundle.build());
    }

    private static Object field(Object owner, String name) throws ReflectiveOperationException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }
}
