package org.platformforge.kernel.extension.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.pipeline.PipelineStep;
import org.platformforge.extension.api.pipeline.StepException;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.extension.ExtensionContributions.Contribution;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.extension.fixture.Scan;

/** Pipeline steps of extensions, as pipelines get them. */
class StepTest {
    private static final String EXTENSION = "acme.scan";

    @TempDir
    static Path folder;

    private static TestPlatform platform;

    private final RunningStep context = new RunningStep(Map.of("LICENCE", "MIT"));

    @BeforeAll
    static void start() throws Exception {
        platform = new TestPlatform(folder.resolve("felix"), Map.of());
    }

    @AfterEach
    void clear() {
        platform.clear();
        platform.runtime().erase("ten_a", EXTENSION);
    }

    @AfterAll
    static void stop() throws Exception {
        platform.close();
    }

    private static PipelineStep running(String version) {
        ExtensionRelease release = new ExtensionJar(EXTENSION, version)
                .imports("org.platformforge.extension.api.pipeline")
                .component(Scan.class, PipelineStep.class, ExtensionContext.class)
                .limits(4, 1500)
                .release(folder);
        platform.runtime().start(release);
        platform.runtime().assign("ten_a", EXTENSION, Extensions.assignment(release));
        List<Contribution<PipelineStep>> found = platform.contributions().services("ten_a", PipelineStep.class);
        assertThat(found).hasSize(1);
        assertThat(found.get(0).extensionId()).isEqualTo(EXTENSION);
        return found.get(0).item();
    }

    @Test
    void doesTheWorkOfOneTenantInsideTheWalls() throws Exception {
        PipelineStep step = running("1.0.0");

        assertThat(step.name()).isEqualTo("licences");
        assertThat(step.check(Map.of("wrong", 1)))
                .containsExactly(new PipelineStep.Problem("wrong", "is wrong for 1.0.0"));
        Map<String, String> found = step.run(RunningStep.request(Map.of()), context);
        assertThat(found)
                .containsEntry("licence", "MIT")
                .containsEntry("files", "LICENCE big")
                .containsEntry("cancelled", "false");
        assertThat(context.lines()).containsExactly("scanning for ********");
        assertThat(platform.contributions().services("ten_b", PipelineStep.class))
                .isEmpty();
        assertThat(platform.neighbour().getBundleContext().getAllServiceReferences(PipelineStep.class.getName(), null))
                .isNull();

        // who kept the context of an earlier run tells nobody; what the platform refuses comes through as it is
        StepException refused = catchThrowableOfType(
                StepException.class, () -> step.run(RunningStep.request(Map.of("file", "big")), context));
        assertThat(refused.code()).isEqualTo("FILE_TOO_LARGE");
        assertThat(context.lines()).doesNotContain("too late");
    }

    @Test
    void turnsWhatAStepDoesWrongIntoReasonsOfItsStage() {
        PipelineStep step = running("1.1.0");

        StepException denied = failed(step, "refuse");
        assertThat(denied.code()).isEqualTo("LICENCE_DENIED");
        assertThat(denied).hasMessage("******** is no licence");
        assertThat(failed(step, "fail")).hasMessage("The step licences failed");
        assertThat(failed(step, "fail").retryable()).isFalse();
        assertThat(failed(step, "loop").code()).isEqualTo("STEP_TIMEOUT");
        PlatformException silent =
                catchThrowableOfType(PlatformException.class, () -> step.check(Map.of("deed", "fail")));
        assertThat(silent.code()).contains(ExtensionContributions.NO_ANSWER);
        assertThat(platform.runtime().health("ten_a", EXTENSION).orElseThrow().timeouts())
                .isEqualTo(1);
    }

    private StepException failed(PipelineStep step, String deed) {
        return catchThrowableOfType(
                StepException.class, () -> step.run(RunningStep.request(Map.of("deed", deed)), context));
    }
}
