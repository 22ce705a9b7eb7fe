package org.platformforge.kernel.http.felix;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.http.fixture.Greeting;
import org.platformforge.kernel.http.fixture.GreetingResource;
import org.platformforge.kernel.http.fixture.NewGreeting;

class RequestChainTest {
    private static TestPlatform platform;

    @BeforeAll
    static void start() throws Exception {
        platform = new TestPlatform().start().withServices();
        platform.register(Runnable.class, () -> {});
        platform.install("greetings", new FixtureBundle("greetings", "1.0.0")
                .resource(GreetingResource.class, Runnable.class)
                .classes(Greeting.class, NewGreeting.class)
                .build());
        platform.awaitStatus(200, "/api/v1/greetings/you");
    }

    @AfterAll
    static void stop() throws Exception {
        platform.close();
    }

    @Test
    void answersWithTheResourcesRecordInSnakeCase() throws Exception {
        HttpResponse<String> answer = platform.get("/api/v1/greetings/you%20all?times=2");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"name\":\"you all\"", "\"greeting_text\":\"Hello Hello \"", "\"tenant_id\":\"acme\"");
        assertThat(answer.headers().firstValue("Content-Length")).isPresent();
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    }
}
