package org.platformforge.pipelines.definition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A stage as it is defined. Commands are each run by {@code /bin/sh -c} in the folder of the files.
 *
 * @param environment of a deployment; null for any other
 * @param secrets names of the pipeline's secret variables it is given
 * @param timeoutSeconds for all commands together; null for the engine's
 * @param reports patterns of paths of JUnit's XML
 * @param uses {@code <extension>/<step>}; null where commands are run
 * @param with what the step is given; JSON-compatible
 * @param run how what is deployed is run; null for any other
 * @param approval whether somebody has to let it go on
 */
public record StageSpec(
        String name,
        Kind kind,
        String environment,
        List<String> commands,
        Map<String, String> env,
        List<String> secrets,
        Integer timeoutSeconds,
        String cpu,
        String memory,
        List<String> reports,
        String uses,
        Map<String, Object> with,
        RunSpec run,
        boolean approval) {

    public enum Kind {
        /** Gets the commit; always the first. */
        CHECKOUT,
        /** Its files at the end are what is deployed. */
        BUILD,
        /** Must end well; its files are thrown away. */
        TEST,
        /** Something that an extension does. */
        STEP,
        DEPLOY
    }

    /**
     * @param start null for a static site
     * @param replicas instances
     * @param strategy {@code rolling}, {@code blue_green} or {@code canary}
     * @param observeSeconds how long new instances are watched under traffic; null for the platform's
     */
    public record RunSpec(
            String start,
            String staticDirectory,
            String probePath,
            Integer startTimeoutSeconds,
            int replicas,
            String strategy,
            Integer canaryPercent,
            Integer observeSeconds) {}

    public static final StageSpec CHECKOUT = new StageSpec(
            "checkout",
            Kind.CHECKOUT,
            null,
            List.of(),
            Map.of(),
            List.of(),
            null,
            null,
            null,
            List.of(),
            null,
            Map.of(),
            null,
            false);

    /** The same stage in one of its environments. */
    StageSpec in(String where, boolean gate) {
        return in(where, name + "-" + where, gate);
    }

    private StageSpec in(String where, String called, boolean gate) {
        return new StageSpec(
                called,
                kind,
                where,
                commands,
                env,
                secrets,
                timeoutSeconds,
                cpu,
                memory,
                reports,
                uses,
                with,
                run,
                gate);
    }

    /** The same stage with more variables; its own stay over them. */
    public StageSpec over(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(more);
        all.putAll(env);
        return new StageSpec(
                name,
                kind,
                environment,
                commands,
                all,
                secrets,
                timeoutSeconds,
                cpu,
                memory,
                reports,
                uses,
                with,
                run,
                approval);
    }

    /** The same stage, which waits until somebody lets it go on. */
    public StageSpec gated() {
        return in(environment, name, true);
    }

    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("kind", kind.name());
        map.put("environment", environment);
        map.put("commands", commands);
        map.put("env", env);
        map.put("secrets", secrets);
        map.put("timeout_seconds", timeoutSeconds);
        map.put("cpu", cpu);
        map.put("memory", memory);
        map.put("reports", reports);
        map.put("uses", uses);
        map.put("with", with);
        map.put("approval", approval);
        if (run != null) {
            map.put("start", run.start());
            map.put("static_directory", run.staticDirectory());
            map.put("probe_path", run.probePath());
            map.put("start_timeout_seconds", run.startTimeoutSeconds());
            map.put("replicas", run.replicas());
            map.put("strategy", run.strategy());
            map.put("canary_percent", run.canaryPercent());
            map.put("observe_seconds", run.observeSeconds());
        }
        return map;
    }

    public static StageSpec of(Map<String, Object> map) {
        Map<String, String> env = new LinkedHashMap<>();
        ((Map<?, ?>) map.get("env")).forEach((name, value) -> env.put(name.toString(), value.toString()));
        Map<String, Object> with = new LinkedHashMap<>();
        ((Map<?, ?>) map.get("with")).forEach((name, value) -> with.put(name.toString(), value));
        RunSpec run = map.get("replicas") == null
                ? null
                : new RunSpec(
                        (String) map.get("start"),
                        (String) map.get("static_directory"),
                        (String) map.get("probe_path"),
                        integer(map.get("start_timeout_seconds")),
                        integer(map.get("replicas")),
                        (String) map.get("strategy"),
                        integer(map.get("canary_percent")),
                        integer(map.get("observe_seconds")));
        return new StageSpec(
                (String) map.get("name"),
                Kind.valueOf((String) map.get("kind")),
                (String) map.get("environment"),
                texts(map.get("commands")),
                env,
                texts(map.get("secrets")),
                integer(map.get("timeout_seconds")),
                (String) map.get("cpu"),
                (String) map.get("memory"),
                texts(map.get("reports")),
                (String) map.get("uses"),
                with,
                run,
                Boolean.TRUE.equals(map.get("approval")));
    }

    private static Integer integer(Object value) {
        return value == null ? null : ((Number) value).intValue();
    }

    private static List<String> texts(Object list) {
        List<String> texts = new ArrayList<>();
        ((List<?>) list).forEach(text -> texts.add((String) text));
        return List.copyOf(texts);
    }
}
