package org.platformforge.kernel.api.delivery;

import java.util.List;
import java.util.Map;

/**
 * A release that is asked for. Nested values may be null where it is said.
 *
 * @param version what people call it, such as {@code v2.4.2}; null for the ref
 * @param freezeOverride why it is to be deployed in a freeze of the environment, which the caller needs the permission {@link
 *     #OVERRIDE} for; null to be refused then
 */
public record DeployRequest(
        String service,
        String environment,
        String version,
        Source source,
        Build build,
        Run run,
        Scale scale,
        Rollout rollout,
        String freezeOverride) {
    public static final String OVERRIDE = "freeze:override";
    public static final int MOST_REPLICAS = 50;

    public DeployRequest(
            String service,
            String environment,
            String version,
            Source source,
            Build build,
            Run run,
            Scale scale,
            Rollout rollout) {
        this(service, environment, version, source, build, run, scale, rollout, null);
    }

    public DeployRequest overriding(String why) {
        return new DeployRequest(service, environment, version, source, build, run, scale, rollout, why);
    }

    /**
     * A repository, a commit of it that was fetched before, or an artifact that was built before.
     *
     * @param ref a tag, branch or commit; null for the default branch
     * @param token of a private repository, or null; kept sealed
     * @param artifact digest; then nothing is fetched or built. The repository and ref beside it say where it is from
     * @param fetched what {@link Sources#snapshot} has made of repository and ref; then nothing is fetched. Or null
     */
    public record Source(String repository, String ref, String token, String artifact, Sources.Snapshot fetched) {
        public Source(String repository, String ref, String token, String artifact) {
            this(repository, ref, token, artifact, null);
        }

        @Override
        public String toString() {
            return artifact == null ? repository + "@" + ref : artifact; // never the token
        }
    }

    /**
     * @param commands each for {@code /bin/sh -c} in the repository's folder; empty when nothing is to be built
     * @param env variables of the commands
     * @param timeoutSeconds for all of them together; null for the engine's
     * @param secrets as {@code env}, kept sealed and never shown; what runs later does not get them. Null for none
     */
    public record Build(
            List<String> commands, Map<String, String> env, Integer timeoutSeconds, Map<String, String> secrets) {
        public static final Build NONE = new Build(List.of(), Map.of(), null);

        public Build {
            secrets = secrets == null ? Map.of() : secrets;
        }

        public Build(List<String> commands, Map<String, String> env, Integer timeoutSeconds) {
            this(commands, env, timeoutSeconds, Map.of());
        }

        public Build withoutSecrets() {
            return new Build(commands, env, timeoutSeconds);
        }

        @Override
        public String toString() {
            return String.valueOf(commands); // never the secrets
        }
    }

    /**
     * @param start command for {@code /bin/sh -c}; it listens on {@code $PORT} at {@code $HOST}. Null for a static site
     * @param staticDirectory what a static site serves; null with a start command
     * @param probePath answers below 400 when the instance is ready
     * @param startTimeoutSeconds until then; null for the engine's
     * @param secrets as {@code env}, kept sealed and never shown
     */
    public record Run(
            String start,
            String staticDirectory,
            String probePath,
            Integer startTimeoutSeconds,
            Map<String, String> env,
            Map<String, String> secrets) {
        public Run withoutSecrets() {
            return with(Map.of());
        }

        public Run with(Map<String, String> other) {
            return new Run(start, staticDirectory, probePath, startTimeoutSeconds, env, other);
        }

        @Override
        public String toString() {
            return String.valueOf(start);
        }
    }

    /**
     * @param replicas instances, at least 1
     * @param cpu of each, a {@link Quantity}; null for no limit
     * @param memory of each, a {@link Quantity}; null for no limit
     * @param engine null for the one the platform prefers
     * @param instanceType what each is to run in, {@code vm} or {@code container}; null for the engine's own choice. An
     *     engine that has no such thing says so in its facts
     * @param disk of each, a {@link Quantity}; null for the engine's own choice
     * @param framework by which an engine with images chooses one; null for its own choice
     */
    public record Scale(
            int replicas,
            String cpu,
            String memory,
            String engine,
            String instanceType,
            String disk,
            String framework) {
        public Scale(int replicas, String cpu, String memory, String engine) {
            this(replicas, cpu, memory, engine, null, null, null);
        }
    }

    /**
     * @param canaryPercent share of the traffic the first instance gets while it is watched; for {@link Strategy#CANARY}
     * @param observeSeconds how long the new instances are watched under traffic before the old ones are given up
     * @param analysis by what a canary is promoted or withdrawn; null when it only has to stay up
     */
    public record Rollout(Strategy strategy, int canaryPercent, int observeSeconds, Analysis analysis) {
        public Rollout(Strategy strategy, int canaryPercent, int observeSeconds) {
            this(strategy, canaryPercent, observeSeconds, null);
        }
    }

    /**
     * How the answers of a canary are judged, at each weight anew. One of the two limits is needed.
     *
     * @param weights shares of the traffic in percent, rising, each from 1 to 99
     * @param minRequests it has to have been asked before it is judged
     * @param maxErrorRate errors in percent of its requests it may have; null for no limit
     * @param maxDifference by how many percentage points its error rate may be above the old version's; null for no limit
     * @param durationSeconds at least, for each weight
     * @param timeoutSeconds within which it has to have been asked enough, for each weight; else it is withdrawn
     */
    public record Analysis(
            List<Integer> weights,
            int minRequests,
            Double maxErrorRate,
            Double maxDifference,
            int durationSeconds,
            int timeoutSeconds) {}

    /** In all of them the old instances run on until the new release is complete and proved. */
    public enum Strategy {
        /** One instance after the other, each given its share of the traffic when its probe has answered. */
        ROLLING,
        /** All instances, and then all of the traffic at once. */
        BLUE_GREEN,
        /** One instance with a small share of the traffic, watched or analysed; then as {@link #ROLLING}. */
        CANARY
    }
}
