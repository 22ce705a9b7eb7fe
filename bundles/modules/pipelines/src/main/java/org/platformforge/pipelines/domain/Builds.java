package org.platformforge.pipelines.domain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.delivery.Resources.Wanted;
import org.platformforge.kernel.api.delivery.Sources;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.pipelines.definition.PathPattern;
import org.platformforge.pipelines.definition.StageSpec;
import org.platformforge.pipelines.domain.RunHandler.Work;
import org.platformforge.pipelines.report.JUnitReports;
import org.platformforge.pipelines.report.TestReport;
import org.platformforge.pipelines.store.RunTable;
import org.platformforge.pipelines.store.StageTable;

/** Stages that run commands: resources of type {@code build}. Thread-safe. */
@Component(service = Builds.class)
public final class Builds {
    private static final String BUILD = "build";
    private static final String ARTIFACT = "artifact";

    /**
     * Tests that fail have to leave their reports, so the engine is not told: they write down how they ended, and what stands
     * there decides. A command that ends all of it leaves nothing there, which is a failure, too.
     */
    private static final String EXIT = ".platformforge-exit";

    private static final String SCRIPT = "PLATFORMFORGE_TEST";
    private static final int MOST_REPORTS = 200;
    private static final int SHOWN = 5;

    private final Store store;
    private final RunTable runs;
    private final StageTable stages;
    private final Neighbours neighbours;
    private final Vault vault;

    @Activate
    public Builds(
            @Reference Store store,
            @Reference RunTable runs,
            @Reference StageTable stages,
            @Reference Neighbours neighbours,
            @Reference Vault vault) {
        this.store = store;
        this.runs = runs;
        this.stages = stages;
        this.neighbours = neighbours;
        this.vault = vault;
    }

    void build(Work work, StepContext context) throws OperationException, InterruptedException {
        Stage stage = work.stage();
        Map<String, String> made = apply(work, stage.spec().commands(), Map.of(), context);
        String artifact = made.get(ARTIFACT);
        store.run(work.tenantId(), tx -> {
            Run now = runs.find(tx, work.tenantId(), work.run().id()).orElseThrow();
            runs.update(tx, now.with(change -> change.artifact = artifact));
            stages.update(
                    tx,
                    work.tenantId(),
                    stage.with(change -> {
                                change.artifact = artifact;
                                change.artifactSize = size(made.get("size"));
                            })
                            .ended(Stage.Status.SUCCEEDED, null, tx.now()));
        });
        neighbours.resources().remove(context, stage.resourceId());
    }

    private static Long size(String text) {
        return text == null ? null : Long.valueOf(text);
    }

    void test(Work work, StepContext context) throws OperationException, InterruptedException {
        Stage stage = work.stage();
        String script = script(stage.spec().commands());
        Map<String, String> made = apply(work, List.of("eval \"$" + SCRIPT + "\""), Map.of(SCRIPT, script), context);
        String files = made.get(ARTIFACT);
        int exit = exit(work.tenantId(), files);
        TestReport report = report(work, files);
        if (report != null) {
            context.log(summary(report));
        }
        store.run(work.tenantId(), tx -> {
            Stage reported = stage.with(change -> change.report = report);
            stages.update(
                    tx, work.tenantId(), exit == 0 ? reported.ended(Stage.Status.SUCCEEDED, null, tx.now()) : reported);
        });
        neighbours.resources().remove(context, stage.resourceId());
        if (exit != 0) {
            throw OperationException.fatal("TESTS_FAILED", failure(exit, report), null);
        }
    }

    private static String script(List<String> commands) {
        StringBuilder script = new StringBuilder("code=0; for command in");
        commands.forEach(command ->
                script.append(" '").append(command.replace("'", "'\\''")).append('\''));
        return script.append("; do printf '+ %s\\n' \"$command\"; env -u " + SCRIPT
                        + " /bin/sh -c \"$command\" || { code=$?; break; }; done;"
                        + " printf %s \"$code\" > " + EXIT)
                .toString();
    }

    private int exit(String tenantId, String files) throws OperationException, InterruptedException {
        byte[] written =
                neighbours.sources().read(tenantId, files, Set.of(EXIT)).get(EXIT);
        String text = written == null ? "" : new String(written, StandardCharsets.US_ASCII);
        return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 1;
    }

    private TestReport report(Work work, String files) throws OperationException, InterruptedException {
        List<String> patterns = work.stage().spec().reports();
        if (patterns.isEmpty()) {
            return null;
        }
        Sources sources = neighbours.sources();
        List<PathPattern> wanted = patterns.stream().map(PathPattern::new).toList();
        List<String> paths = sources.list(work.tenantId(), files).stream()
                .filter(path -> wanted.stream().anyMatch(pattern -> pattern.matches(path)))
                .toList();
        JUnitReports reports = new JUnitReports(new Masking(secrets(work).values()));
        if (paths.isEmpty()) {
            reports.unread(String.join(", ", patterns), "match no file");
        }
        if (paths.size() > MOST_REPORTS) {
            reports.unread(paths.get(MOST_REPORTS), "and all behind it: only " + MOST_REPORTS + " files are read");
        }
        for (String path : paths.subList(0, Math.min(MOST_REPORTS, paths.size()))) {
            read(work.tenantId(), files, path, reports);
        }
        return reports.report();
    }

    /** One by one: a file that is too large spoils no other. */
    private void read(String tenantId, String files, String path, JUnitReports reports)
            throws OperationException, InterruptedException {
        try {
            byte[] xml =
                    neighbours.sources().read(tenantId, files, Set.of(path)).get(path);
            if (xml != null) {
                reports.read(path, xml);
            }
        } catch (OperationException e) {
            if (!"FILE_TOO_LARGE".equals(e.code())) {
                throw e;
            }
            reports.unread(path, "is too large");
        }
    }

    private static String summary(TestReport report) {
        return report.tests() + " tests: " + report.passed() + " passed, " + report.failures() + " failed, "
                + report.errors() + " with errors, " + report.skipped() + " skipped";
    }

    private static String failure(int exit, TestReport report) {
        String end = "The tests ended with exit code " + exit;
        if (report == null || report.failures() + report.errors() == 0) {
            return end;
        }
        return end + "; " + (report.failures() + report.errors()) + " of " + report.tests() + " failed: "
                + String.join(", ", report.failed(SHOWN));
    }

    private Map<String, String> secrets(Work work) {
        return vault.named(work.pipeline(), work.stage().spec().secrets());
    }

    private Map<String, String> apply(Work work, List<String> commands, Map<String, String> more, StepContext context)
            throws OperationException, InterruptedException {
        StageSpec spec = work.stage().spec();
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put(
                "source",
                work.run().artifact() == null ? work.run().source() : work.run().artifact());
        properties.put("commands", new ArrayList<>(commands));
        Map<String, String> env = facts(work);
        env.putAll(spec.env());
        env.putAll(more);
        properties.put("env", env);
        put(properties, "timeout_seconds", spec.timeoutSeconds());
        put(properties, "cpu", spec.cpu());
        put(properties, "memory", spec.memory());
        Resources resources = neighbours.resources();
        return resources.apply(
                context,
                new Wanted(
                        work.stage().resourceId(),
                        work.run().id(),
                        work.stage().name(),
                        work.pipeline().service(),
                        "pipeline",
                        BUILD,
                        null,
                        properties,
                        secrets(work)));
    }

    private static Map<String, String> facts(Work work) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("PIPELINE_RUN", work.run().id());
        facts.put("PIPELINE_RUN_NUMBER", Integer.toString(work.run().number()));
        facts.put("PIPELINE_COMMIT", work.run().commit());
        facts.put(
                "PIPELINE_BRANCH",
                work.run().cause().branch() == null ? "" : work.run().cause().branch());
        return facts;
    }

    private static void put(Map<String, Object> properties, String name, Object value) {
        if (value != null) {
            properties.put(name, value);
        }
    }

    void undo(Stage stage, StepContext context) throws OperationException, InterruptedException {
        neighbours.resources().remove(context, stage.resourceId());
    }
}
