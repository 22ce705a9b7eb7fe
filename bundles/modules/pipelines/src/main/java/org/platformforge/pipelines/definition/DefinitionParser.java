package org.platformforge.pipelines.definition;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.pipelines.definition.Definition.Parameter;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads {@code .platformforge/pipeline.yaml}; the bundle's README has the schema by example. Nodes only are made of the file,
 * never objects that it names; it has neither aliases nor more than one document. For one file.
 */
public final class DefinitionParser {
    public static final String PATH = ".platformforge/pipeline.yaml";

    private static final int LARGEST = 256 * 1024;
    private static final int DEEPEST = 20;
    private static final int MOST_STAGES = 50;
    private static final int MOST_PARAMETERS = 50;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern PARAMETER = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final Set<String> BUILT_IN = Set.of("skip_tests", "deploy_immediately");

    private final List<String> environments;
    private final Set<String> secrets;
    private final Problems problems = new Problems();

    /** @param definition null when there are problems */
    public record Parsed(Definition definition, List<FieldError> problems) {}

    private DefinitionParser(List<String> environments, Set<String> secrets) {
        this.environments = environments;
        this.secrets = secrets;
    }

    /**
     * @param environments of the pipeline, in the order of promotion
     * @param secrets names of the pipeline's secret variables
     */
    public static Parsed parse(byte[] file, List<String> environments, Set<String> secrets) {
        DefinitionParser parser = new DefinitionParser(environments, secrets);
        Definition definition = parser.read(file);
        List<FieldError> problems = parser.problems.found();
        return new Parsed(problems.isEmpty() ? definition : null, problems);
    }

    private Definition read(byte[] file) {
        if (file.length > LARGEST) {
            problems.add("", "must have at most " + LARGEST / 1024 + " KiB");
            return null;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(file))
                    .toString();
            LoaderOptions limits = new LoaderOptions();
            limits.setCodePointLimit(LARGEST);
            limits.setNestingDepthLimit(DEEPEST);
            Yaml yaml = new Yaml(limits);
            for (Event event : yaml.parse(new StringReader(text))) {
                if (event instanceof AliasEvent) {
                    problems.add(
                            "",
                            "must not use aliases (line "
                                    + (event.getStartMark().getLine() + 1) + ")");
                    return null;
                }
            }
            Node root = yaml.compose(new StringReader(text));
            if (root == null) {
                problems.add("", "is empty");
                return null;
            }
            return definition(new Fields(root, "", problems));
        } catch (CharacterCodingException e) {
            problems.add("", "must be UTF-8");
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            problems.add("", "is no YAML: " + e.getProblem() + " (line " + line + ")");
        } catch (YAMLException e) {
            problems.add("", "cannot be read: it is nested too deeply, too large, or holds characters YAML has not");
        }
        return null;
    }

    private Definition definition(Fields root) {
        String version = root.text("version", 8);
        if (!"1".equals(version)) {
            root.problem("version", "must be 1");
        }
        Map<String, Parameter> parameters = parameters(root);
        Map<String, String> env = root.variables("env");
        List<Read> stages = new ArrayList<>();
        for (Fields one : root.list("stages", MOST_STAGES)) {
            stages.add(stage(one));
        }
        root.refuseOthers();
        unique(stages);
        List<StageSpec> ordered = new ArrayList<>();
        for (Read read : new StageOrder(stages, problems).ordered()) {
            ordered.addAll(read.specs());
        }
        return new Definition(parameters, env, List.copyOf(ordered));
    }

    /** @param specs one, or a deployment once for each environment */
    record Read(Fields fields, String name, StageSpec.Kind kind, List<String> needs, List<StageSpec> specs) {}

    private void unique(List<Read> stages) {
        Set<String> names = new HashSet<>();
        for (Read read : stages) {
            if (read.name() != null && !names.add(read.name())) {
                read.fields().problem("name", "is taken by another stage");
            }
        }
    }

    private Map<String, Parameter> parameters(Fields root) {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        Map<String, Fields> each = root.each("parameters");
        if (each.size() > MOST_PARAMETERS) {
            root.problem("parameters", "must have at most " + MOST_PARAMETERS + " entries");
            return parameters;
        }
        each.forEach((name, fields) -> {
            if (!PARAMETER.matcher(name).matches() || BUILT_IN.contains(name)) {
                fields.problem(
                        "",
                        "is no name of a parameter: lower-case letters, digits and underscores, and not "
                                + String.join(" or ", BUILT_IN));
            }
            parameters.put(name, parameter(name, fields));
        });
        return parameters;
    }

    private Parameter parameter(String name, Fields fields) {
        String type = fields.has("type") ? fields.text("type", 16) : "string";
        fields.text("description", 500);
        List<String> values = fields.texts("values", 100, 255);
        Object preset = fields.scalar("default");
        fields.refuseOthers();
        if (type == null || !type.matches("string|number|boolean")) {
            fields.problem("type", "must be string, number or boolean");
            return null;
        }
        Parameter parameter = new Parameter(
                name, Parameter.Type.valueOf(type.toUpperCase(java.util.Locale.ROOT)), preset, List.copyOf(values));
        if (preset != null) {
            String wrong = ParameterValues.wrong(parameter, preset);
            if (wrong != null) {
                fields.problem("default", wrong);
            }
        }
        return parameter;
    }

    private Read stage(Fields fields) {
        String name = fields.text("name", 63);
        if (name == null && !fields.has("name")) {
            fields.problem("name", "is needed");
        } else if (name != null && (!NAME.matcher(name).matches() || name.equals("checkout"))) {
            fields.problem("name", "must be lower-case letters, digits and hyphens, and not checkout");
        }
        StageSpec.Kind kind = kind(fields, name);
        List<String> needs = fields.texts("needs", MOST_STAGES, 63);
        List<StageSpec> specs = kind == null
                ? List.of()
                : kind == StageSpec.Kind.DEPLOY ? deployments(fields, name) : List.of(work(fields, name, kind));
        if (kind != null) {
            fields.refuseOthers();
        }
        return new Read(fields, name, kind, needs, specs);
    }

    /** By its name, unless it says something else. */
    private static StageSpec.Kind kind(Fields fields, String name) {
        if (fields.has("uses")) {
            return StageSpec.Kind.STEP;
        }
        String type = fields.has("type") ? fields.text("type", 16) : name;
        switch (type == null ? "" : type) {
            case "build":
                return StageSpec.Kind.BUILD;
            case "test":
                return StageSpec.Kind.TEST;
            case "deploy":
                return StageSpec.Kind.DEPLOY;
            default:
                fields.problem("type", "must be build, test or deploy where the name is none of them");
                return null;
        }
    }

    private StageSpec work(Fields fields, String name, StageSpec.Kind kind) {
        Work work = new Work(fields, secrets);
        boolean step = kind == StageSpec.Kind.STEP;
        return new StageSpec(
                name,
                kind,
                null,
                step ? List.of() : work.commands(),
                work.env(),
                work.secrets(),
                step ? null : fields.number("timeout_seconds", 1, 4 * 3600),
                step ? null : fields.quantity("cpu", "a number of cores such as 0.5 or 500m"),
                step ? null : fields.quantity("memory", "an amount of memory such as 512Mi or 1Gi"),
                kind == StageSpec.Kind.TEST ? work.reports() : List.of(),
                step ? work.uses() : null,
                step ? fields.free("with") : Map.of(),
                null,
                false);
    }

    private List<StageSpec> deployments(Fields fields, String name) {
        Work work = new Work(fields, secrets);
        List<String> where = fields.has("environments") ? fields.texts("environments", 50, 63) : environments;
        for (String environment : where) {
            if (!environments.contains(environment)) {
                fields.problem(
                        "environments",
                        "names " + environment + ", which is none of the pipeline's: "
                                + String.join(", ", environments));
            }
        }
        boolean all = fields.isTrue("approval");
        List<String> gated = fields.isBool("approval") ? List.of() : fields.texts("approval", 50, 63);
        for (String environment : gated) {
            if (!where.contains(environment)) {
                fields.problem("approval", "names " + environment + ", which this stage does not deploy to");
            }
        }
        StageSpec spec = new StageSpec(
                name == null ? "deploy" : name,
                StageSpec.Kind.DEPLOY,
                null,
                List.of(),
                work.env(),
                work.secrets(),
                null,
                fields.quantity("cpu", "a number of cores such as 0.5 or 500m"),
                fields.quantity("memory", "an amount of memory such as 512Mi or 1Gi"),
                List.of(),
                null,
                Map.of(),
                work.run(),
                false);
        // the pipeline's order, whatever the file's
        return environments.stream()
                .filter(where::contains)
                .map(environment -> spec.in(environment, all || gated.contains(environment)))
                .toList();
    }
}
