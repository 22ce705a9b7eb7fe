package org.platformforge.pipelines.rest;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.pipelines.domain.Pipeline;
import org.platformforge.pipelines.domain.PipelineService.Created;
import org.platformforge.pipelines.domain.PipelineService.Shown;
import org.platformforge.pipelines.domain.Run;
import org.platformforge.pipelines.domain.Run.Deploy;
import org.platformforge.pipelines.domain.RunLog;
import org.platformforge.pipelines.domain.RunService.Whole;
import org.platformforge.pipelines.domain.Stage;
import org.platformforge.pipelines.report.TestReport;
import org.platformforge.pipelines.rest.PipelineRequests.Schedule;
import org.platformforge.pipelines.rest.PipelineViews.ArtifactList;
import org.platformforge.pipelines.rest.PipelineViews.ArtifactView;
import org.platformforge.pipelines.rest.PipelineViews.CaseView;
import org.platformforge.pipelines.rest.PipelineViews.CreatedView;
import org.platformforge.pipelines.rest.PipelineViews.DecisionView;
import org.platformforge.pipelines.rest.PipelineViews.ErrorView;
import org.platformforge.pipelines.rest.PipelineViews.FieldView;
import org.platformforge.pipelines.rest.PipelineViews.LineView;
import org.platformforge.pipelines.rest.PipelineViews.NamedArtifact;
import org.platformforge.pipelines.rest.PipelineViews.PipelineView;
import org.platformforge.pipelines.rest.PipelineViews.ReportView;
import org.platformforge.pipelines.rest.PipelineViews.RunSummary;
import org.platformforge.pipelines.rest.PipelineViews.RunView;
import org.platformforge.pipelines.rest.PipelineViews.StageView;
import org.platformforge.pipelines.rest.PipelineViews.TestsView;

/** From the domain to the wire; the only way there. Stateless. */
public final class WireMapper {
    static final String ROOT = "/api/v1/pipelines/";

    private WireMapper() {}

    static String wire(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static String webhook(String pipelineId) {
        return ROOT + pipelineId + "/webhooks/github";
    }

    static CreatedView created(Created made) {
        Pipeline pipeline = made.pipeline();
        return new CreatedView(
                pipeline.id(),
                pipeline.service(),
                pipeline.repository(),
                pipeline.environments(),
                "created",
                webhook(pipeline.id()),
                made.secret(),
                pipeline.createdAt());
    }

    public static PipelineView pipeline(Shown shown) {
        Pipeline pipeline = shown.pipeline();
        Pipeline.Settings settings = pipeline.settings();
        return new PipelineView(
                pipeline.id(),
                pipeline.service(),
                pipeline.repository(),
                pipeline.environments(),
                shown.last() == null ? "idle" : wire(shown.last().status()),
                settings.branch(),
                settings.pushBranches(),
                settings.approvals(),
                settings.preventSelfApproval(),
                settings.cancelInProgress(),
                settings.cron() == null ? null : new Schedule(settings.cron(), settings.zone()),
                pipeline.nextRunAt(),
                settings.framework(),
                shown.secretNames(),
                shown.hasToken(),
                webhook(pipeline.id()),
                shown.last() == null ? null : summary(shown.last()),
                pipeline.createdAt(),
                pipeline.updatedAt());
    }

    private static RunSummary summary(Run run) {
        return new RunSummary(
                run.id(),
                run.number(),
                wire(run.status()),
                run.cause().branch(),
                run.commit(),
                run.artifact(),
                run.createdAt(),
                run.finishedAt());
    }

    public static RunView run(Whole whole) {
        Run run = whole.run();
        Map<String, Object> parameters = new LinkedHashMap<>(run.cause().parameters());
        parameters.put("skip_tests", run.cause().skipTests());
        if (run.cause().deploy() != Deploy.AS_DEFINED) {
            parameters.put("deploy_immediately", run.cause().deploy() == Deploy.IMMEDIATELY);
        }
        return new RunView(
                run.id(),
                run.pipelineId(),
                run.number(),
                wire(run.status()),
                wire(run.cause().trigger()),
                run.cause().branch(),
                run.commit(),
                run.cause().note(),
                run.cause().environment(),
                parameters,
                run.artifact(),
                whole.stages().stream()
                        .filter(stage -> stage.status() == Stage.Status.WAITING_APPROVAL)
                        .map(Stage::name)
                        .findFirst()
                        .orElse(null),
                whole.stages().stream().map(stage -> stage(run, stage)).toList(),
                run.operations(),
                error(run.error()),
                run.createdBy(),
                run.cancelledBy(),
                run.createdAt(),
                run.startedAt(),
                run.finishedAt(),
                seconds(run.startedAt(), run.finishedAt()));
    }

    private static Double seconds(Instant from, Instant to) {
        return from == null || to == null ? null : Duration.between(from, to).toMillis() / 1000.0;
    }

    private static ErrorView error(Operation.Failure error) {
        return error == null
                ? null
                : new ErrorView(
                        error.code(),
                        error.message(),
                        error.fields().stream()
                                .map(field -> new FieldView(field.field(), field.message()))
                                .toList());
    }

    private static StageView stage(Run run, Stage stage) {
        return new StageView(
                stage.name(),
                wire(stage.kind()),
                stage.environment(),
                // what a run that has ended never came to
                run.status().finished() && stage.status() == Stage.Status.PENDING ? "not_run" : wire(stage.status()),
                stage.attempts(),
                stage.spec().approval(),
                stage.decision() == null
                        ? null
                        : new DecisionView(
                                stage.decision().approved(),
                                stage.decision().by(),
                                stage.decision().comment(),
                                stage.decision().at()),
                stage.releaseId(),
                stage.artifact() == null
                        ? null
                        : new ArtifactView(stage.artifact(), stage.artifactSize(), download(run, stage)),
                tests(stage.report()),
                error(stage.error()),
                stage.startedAt(),
                stage.finishedAt(),
                seconds(stage.startedAt(), stage.finishedAt()));
    }

    private static String download(Run run, Stage stage) {
        return ROOT + "runs/" + run.id() + "/artifacts/" + stage.name();
    }

    static ArtifactList artifacts(Whole whole) {
        return new ArtifactList(
                whole.run().id(),
                whole.stages().stream()
                        .filter(stage -> stage.artifact() != null)
                        .map(stage -> new NamedArtifact(
                                stage.name(), stage.artifact(), stage.artifactSize(), download(whole.run(), stage)))
                        .toList());
    }

    private static TestsView tests(TestReport report) {
        return report == null
                ? null
                : new TestsView(
                        report.tests(),
                        report.passed(),
                        report.failures(),
                        report.errors(),
                        report.skipped(),
                        report.seconds());
    }

    static ReportView report(Stage stage) {
        TestReport report = stage.report();
        return new ReportView(
                stage.runId(),
                stage.name(),
                tests(report),
                report.cases().stream()
                        .map(one -> new CaseView(
                                one.suite(), one.name(), wire(one.outcome()), one.seconds(), one.message()))
                        .toList(),
                report.truncated(),
                report.unread());
    }

    static LineView line(RunLog.Line line) {
        return new LineView(line.sequence(), line.at(), line.stage(), line.text());
    }
}
