package org.platformforge.pipelines.domain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.Framework.Detection;
import org.platformforge.extension.api.framework.Framework.Plan;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.delivery.Resources.Wanted;
import org.platformforge.kernel.api.delivery.Sources;
import org.platformforge.kernel.api.delivery.Sources.Snapshot;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.pipelines.definition.Definition;
import org.platformforge.pipelines.definition.DefinitionParser;
import org.platformforge.pipelines.definition.StageSpec;
import org.platformforge.pipelines.definition.StageSpec.Kind;
import org.platformforge.pipelines.definition.StageSpec.RunSpec;
import org.platformforge.pipelines.domain.RunHandler.Work;

/**
 * What is done with a repository that does not say it itself: what its framework says. Which one that is the pipeline says, or
 * it is found out; frameworks for a whole language then give way to others. Thread-safe.
 */
@Component(service = Defaults.class, configurationPid = PipelinesConfig.PID)
public final class Defaults {
    private static final int MOST_PATHS = 5000;
    /** In place of files. */
    private static final String NOTHING = "sha256:" + "0".repeat(64);

    private final Neighbours neighbours;

    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile List<Framework> frameworks = List.of();

    private volatile PipelinesConfig config;

    @Activate
    public Defaults(@Reference Neighbours neighbours, PipelinesConfig config) {
        this.neighbours = neighbours;
        this.config = config;
    }

    @Modified
    void modified(PipelinesConfig changed) {
        config = changed;
    }

    Definition definition(Work work, Snapshot fetched, StepContext context)
            throws OperationException, InterruptedException {
        List<Framework> all = candidates(work);
        Sources sources = neighbours.sources();
        List<String> paths = sources.list(work.tenantId(), fetched.artifact());
        List<String> shown = paths.subList(0, Math.min(MOST_PATHS, paths.size()));
        List<Framework> fitting = new ArrayList<>();
        Map<Framework, SourceTree> trees = new HashMap<>();
        for (Framework framework : all) {
            SourceTree tree = new SourceTree(
                    shown, contents(sources, work.tenantId(), fetched.artifact(), wanted(framework, shown)));
            trees.put(framework, tree);
            Detection detection = framework.detect(tree);
            if (detection.recognized()) {
                fitting.add(framework);
            } else if (all.size() == 1) {
                throw undefined(framework.description().id() + " does not recognise it: " + detection.reason());
            }
        }
        Framework chosen = choose(fitting);
        context.log("There is no " + DefinitionParser.PATH + "; it is built and run as "
                + chosen.description().name() + " is");
        Plan plan = plan(chosen, trees.get(chosen));
        refuseWithoutTools(work, chosen, plan);
        return definition(work, plan);
    }

    /** The one the pipeline names, or all there are for the tenant. */
    private List<Framework> candidates(Work work) throws OperationException {
        List<Framework> all = new ArrayList<>(frameworks);
        neighbours.contributions().services(work.tenantId(), Framework.class).forEach(one -> all.add(one.item()));
        String named = work.pipeline().settings().framework();
        if (named == null) {
            return all;
        }
        List<Framework> one = all.stream()
                .filter(framework -> framework.description().id().equals(named))
                .toList();
        if (one.isEmpty()) {
            throw undefined("there is no framework " + named);
        }
        return one.subList(0, 1);
    }

    private static Set<String> wanted(Framework framework, List<String> paths) {
        Set<String> wanted = new TreeSet<>(framework.files());
        wanted.retainAll(new TreeSet<>(paths));
        return wanted;
    }

    /** One by one: a file that is too large is left out, and spoils no other. */
    private static Map<String, String> contents(Sources sources, String tenantId, String artifact, Set<String> wanted)
            throws OperationException, InterruptedException {
        Map<String, String> contents = new HashMap<>();
        for (String path : wanted) {
            try {
                byte[] content = sources.read(tenantId, artifact, Set.of(path)).get(path);
                if (content != null) {
                    contents.put(path, new String(content, StandardCharsets.UTF_8));
                }
            } catch (OperationException e) {
                if (!"FILE_TOO_LARGE".equals(e.code())) {
                    throw e;
                }
            }
        }
        return contents;
    }

    private Framework choose(List<Framework> fitting) throws OperationException {
        List<String> general = Stream.of(config.general_frameworks())
                .flatMap(value -> Stream.of(value.split(",")))
                .map(String::strip)
                .toList();
        List<Framework> special = fitting.stream()
                .filter(one -> !general.contains(one.description().id()))
                .toList();
        if (special.size() > 1) {
            throw undefined("several frameworks are recognised in it: "
                    + special.stream()
                            .map(one -> one.description().id())
                            .sorted()
                            .collect(Collectors.joining(", "))
                    + "; the pipeline's field framework says which one it is");
        }
        return special.stream()
                .findFirst()
                .or(() -> fitting.stream()
                        .min(Comparator.comparingInt(
                                one -> general.indexOf(one.description().id()))))
                .orElseThrow(() -> undefined("none of the platform's frameworks is recognised in it"));
    }

    private static OperationException undefined(String why) {
        return OperationException.fatal(
                "PIPELINE_UNDEFINED",
                "The repository has no " + DefinitionParser.PATH + ", which says how it is built and started, and "
                        + why,
                null);
    }

    private static Plan plan(Framework framework, SourceTree tree) throws OperationException {
        try {
            return framework.plan(tree);
        } catch (IllegalArgumentException e) {
            throw OperationException.fatal("PIPELINE_UNDEFINED", e.getMessage(), e);
        }
    }

    /** What builds it says what it lacks, before anything is begun. */
    private void refuseWithoutTools(Work work, Framework framework, Plan plan) throws OperationException {
        List<Map<String, Object>> tools = new ArrayList<>();
        Stream.concat(framework.description().tools().stream(), plan.tools().stream())
                .distinct()
                .forEach(tool -> tools.add(
                        tool.version() == null
                                ? Map.of("command", tool.command())
                                : Map.of("command", tool.command(), "version", tool.version())));
        Wanted build = new Wanted(
                "res-tools",
                work.run().id(),
                "tools",
                work.pipeline().service(),
                "pipeline",
                "build",
                null,
                Map.of("source", NOTHING, "commands", List.of("true"), "tools", tools),
                Map.of());
        String missing = neighbours.resources().objections(work.tenantId(), build).stream()
                .filter(objection -> objection.field().equals("tools"))
                .map(FieldError::message)
                .collect(Collectors.joining("; "));
        if (!missing.isEmpty()) {
            throw OperationException.fatal("TOOLS_MISSING", missing, null);
        }
    }

    private static Definition definition(Work work, Plan plan) {
        List<StageSpec> stages = new ArrayList<>();
        if (!plan.build().isEmpty()) {
            stages.add(stage("build", Kind.BUILD, null, plan.build(), plan.env(), null));
        }
        if (!plan.test().isEmpty()) {
            stages.add(stage("test", Kind.TEST, null, plan.test(), plan.env(), null));
        }
        RunSpec run = new RunSpec(
                plan.start(),
                plan.staticDirectory(),
                plan.probePath(),
                plan.startTimeoutSeconds(),
                1,
                "rolling",
                null,
                null);
        for (String environment : work.pipeline().environments()) {
            stages.add(stage("deploy-" + environment, Kind.DEPLOY, environment, List.of(), plan.env(), run));
        }
        return new Definition(Map.of(), Map.of(), List.copyOf(stages));
    }

    private static StageSpec stage(
            String name, Kind kind, String environment, List<String> commands, Map<String, String> env, RunSpec run) {
        return new StageSpec(
                name,
                kind,
                environment,
                commands,
                env,
                List.of(),
                null,
                null,
                null,
                List.of(),
                null,
                Map.of(),
                run,
                false);
    }
}
