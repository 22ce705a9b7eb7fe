package org.platformforge.provisioning.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations.LogLine;
import org.platformforge.provisioning.domain.Fault;
import org.platformforge.provisioning.domain.Provision;
import org.platformforge.provisioning.domain.ProvisionService;
import org.platformforge.provisioning.domain.ProvisionStatus;
import org.platformforge.provisioning.domain.Resource;
import org.platformforge.provisioning.domain.ResourceService;
import org.platformforge.provisioning.domain.ResourceStatus;
import org.platformforge.provisioning.rest.ProvisionViews.Accepted;
import org.platformforge.provisioning.rest.ProvisionViews.ProvisionView;

class WireMapperTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Provision provision = new Provision(
            "prov-1",
            "ten_a",
            "web-app",
            "1.0.0",
            "my-app",
            "dev",
            ProvisionStatus.ROLLING_BACK,
            Map.of("app_name", "my-app", "secrets", Map.of("TOKEN", "********")),
            "sealed.parameters",
            "{\"definition\":true}",
            Map.of("app", "res-1"),
            List.of("process"),
            Map.of("url", "http://my-app-dev.localhost:8181/"),
            "sealed.outputs",
            "op-1",
            Duration.ofMinutes(5),
            new Fault("PROBE_TIMEOUT", "the probe did not answer"),
            "user_alice",
            NOON,
            null);
    private final Resource resource = new Resource(
            "res-1",
            "ten_a",
            "prov-1",
            "app",
            "application",
            "process",
            "my-app",
            "dev",
            ResourceStatus.ACTIVE,
            List.of(),
            Map.of(),
            Map.of("address", "127.0.0.1:1"),
            "sealed.resource",
            Map.of(),
            null,
            null,
            NOON,
            NOON);

    @Test
    void answersWhatTheDocumentShows() {
        assertThat(WireMapper.accepted(provision))
                .isEqualTo(new Accepted("prov-1", "rolling_back", "5 minutes", "op-1"));
    }

    @Test
    void showsStepsWithTheirEngineAndTime() {
        Operation operation = new Operation(
                "op-1",
                "ten_a",
                "provision",
                "prov-1",
                "user_alice",
                Operation.Status.COMPENSATING,
                Map.of(),
                Map.of(),
                null,
                List.of(
                        step(
                                "create-app",
                                Operation.StepStatus.COMPLETED,
                                Map.of("engine", "lxd"),
                                NOON.plusMillis(1500)),
                        step("verify", Operation.StepStatus.RUNNING, Map.of(), null)),
                NOON,
                NOON,
                null);

        ProvisionView view =
                WireMapper.provision(new ProvisionService.Detail(provision, List.of(resource), operation, null));

        assertThat(view.steps().get(0).engine()).isEqualTo("lxd");
        assertThat(view.steps().get(0).status()).isEqualTo("completed");
        assertThat(view.steps().get(0).durationMs()).isEqualTo(1500);
        assertThat(view.steps().get(1).durationMs()).isNull();
        assertThat(view.error().code()).isEqualTo("PROBE_TIMEOUT");
        assertThat(view.resources()).containsOnlyKeys("url");
        assertThat(view.resourceList())
                .singleElement()
                .satisfies(r -> assertThat(r.status()).isEqualTo("active"));
    }

    @Test
    void showsAProvisionWhoseOperationIsForgotten() {
        assertThat(WireMapper.provision(new ProvisionService.Detail(provision, List.of(), null, null))
                        .steps())
                .isEmpty();
    }

    @Test
    void letsNothingSealedOut() {
        String everything = WireMapper.provision(new ProvisionService.Detail(provision, List.of(resource), null, null))
                + WireMapper.summary(provision).toString()
                + WireMapper.summary(resource);

        assertThat(everything).doesNotContain("sealed").doesNotContain("definition");
    }

    @Test
    void tellsApartADeletionThatRunsOneThatIsOverAndARehearsal() {
        assertThat(WireMapper.deletion("res-1", false, new ResourceService.Deletion(List.of(resource), "op-2", false))
                        .status())
                .isEqualTo("deleting");
        assertThat(WireMapper.deletion("res-1", false, new ResourceService.Deletion(List.of(), null, true))
                        .status())
                .isEqualTo("deleted");
        assertThat(WireMapper.deletion("res-1", true, new ResourceService.Deletion(List.of(resource), null, false))
                        .status())
                .isEqualTo("planned");
    }

    @Test
    void saysWhereTheNextLogLinesBegin() {
        assertThat(WireMapper.logs("prov-1", 7, List.of()).nextAfter()).isEqualTo(7);
        assertThat(WireMapper.logs("prov-1", 7, List.of(new LogLine(9, NOON, "create-app", "x")))
                        .nextAfter())
                .isEqualTo(9);
    }

    private static Operation.Step step(
            String name, Operation.StepStatus status, Map<String, Object> checkpoint, Instant finished) {
        return new Operation.Step(name, name, status, 1, checkpoint, null, NOON, finished);
    }
}
