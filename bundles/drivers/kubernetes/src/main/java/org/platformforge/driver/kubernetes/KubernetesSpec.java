package org.platformforge.driver.kubernetes;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.platformforge.driver.common.CommaList;
import org.platformforge.driver.common.PropertyReader;
import org.platformforge.extension.api.driver.Driver.Problem;
import org.platformforge.extension.api.driver.ResourceSpec;

/**
 * The properties of an application or a worker, checked. The bundle's README lists them.
 *
 * @param artifact digest of the files; null with a repository, and where the image is complete
 * @param startCommand null for static sites, and for what the image starts by itself
 * @param env variables that may be read by who may read the cluster's ConfigMaps
 * @param secrets variables that must not
 * @param host of an Ingress, null for none
 */
record KubernetesSpec(
        String type,
        String repository,
        String ref,
        String artifact,
        String image,
        String startCommand,
        String staticDirectory,
        Map<String, String> env,
        Map<String, String> secrets,
        Amounts amounts,
        int replicas,
        String host,
        String probePath,
        int timeoutSeconds) {
    static final String APPLICATION = "application";
    static final String WORKER = "worker";
    static final Set<String> TYPES = Set.of(APPLICATION, WORKER);

    private static final Set<String> KNOWN = Set.of(
            "repository",
            "ref",
            "artifact",
            "image",
            "start_command",
            "static_directory",
            "env",
            "secrets",
            "cpu",
            "memory",
            "disk",
            "replicas",
            "host",
            "instance_type",
            "framework",
            "tools",
            "probe");
    private static final long SMALLEST_MEMORY = 16L << 20;
    private static final long SMALLEST_DISK = 16L << 20;
    private static final int LONGEST_START = 3600;
    private static final int MOST_REPLICAS = 1000;
    private static final String IMAGE = "[A-Za-z0-9][A-Za-z0-9._:/@-]{0,511}";
    private static final Pattern LABEL = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int LONGEST_HOST = 253;

    /** Of one pod; null is no limit. */
    record Amounts(BigDecimal cores, Long memory, Long disk) {}

    @Override
    public String toString() {
        return type; // never the secrets
    }

    boolean worker() {
        return WORKER.equals(type);
    }

    /** Whether it brings files, beside those of its image. */
    boolean hasFiles() {
        return repository != null || artifact != null;
    }

    static KubernetesSpec parse(ResourceSpec spec, KubernetesConfig config, List<Problem> problems) {
        PropertyReader reader = new PropertyReader(spec, KNOWN, problems);
        Map<?, ?> probe = reader.map("probe");
        boolean hasFiles =
                spec.properties().get("repository") != null || spec.properties().get("artifact") != null;
        KubernetesSpec read = new KubernetesSpec(
                spec.type(),
                reader.text("repository"),
                reader.text("ref"),
                reader.text("artifact"),
                image(reader, config, hasFiles),
                reader.text("start_command"),
                reader.text("static_directory"),
                reader.variables("env"),
                reader.variables("secrets"),
                new Amounts(
                        reader.cores("cpu"),
                        reader.bytes("memory", "256Mi", SMALLEST_MEMORY),
                        reader.bytes("disk", "1Gi", SMALLEST_DISK)),
                replicas(spec.properties().get("replicas"), reader),
                reader.text("host"),
                probe.get("path") instanceof String path ? path : "/",
                PropertyReader.seconds(probe.get("timeout_seconds"), LONGEST_START, config.start_timeout_seconds()));
        read.checkCombination(reader);
        read.checkPlace(spec, reader, config);
        return read;
    }

    /** The one that is named; for files, else the framework's, else the one for all. */
    private static String image(PropertyReader reader, KubernetesConfig config, boolean hasFiles) {
        String named = reader.text("image");
        String framework = reader.text("framework");
        if (named != null) {
            List<String> prefixes = CommaList.of(config.image_prefixes());
            if (!named.matches(IMAGE)) {
                reader.problem("image", "must be the name of an image, such as registry.example.com/shop:1.4");
            } else if (!prefixes.isEmpty() && prefixes.stream().noneMatch(named::startsWith)) {
                reader.problem("image", "must begin with " + String.join(" or ", prefixes));
            }
            return named;
        }
        String image = framework == null
                ? config.image()
                : CommaList.pairs(config.images()).getOrDefault(framework, config.image());
        if (image.isBlank()) {
            reader.problem(
                    "image",
                    "is needed: neither image nor images of the engine's configuration name one"
                            + (framework == null ? "" : " for " + framework));
        } else if (!hasFiles) {
            reader.problem("artifact", "is needed, or a repository, or an image that has the application in it");
        }
        return image;
    }

    private static int replicas(Object value, PropertyReader reader) {
        if (value == null) {
            return 1;
        }
        if (value instanceof Integer count && count >= 1 && count <= MOST_REPLICAS) {
            return count;
        }
        reader.problem("replicas", "must be a whole number from 1 to " + MOST_REPLICAS);
        return 1;
    }

    private void checkCombination(PropertyReader reader) {
        if (repository != null && artifact != null) {
            reader.problem("artifact", "has the files already; a repository beside it would be ignored");
        }
        if (artifact != null && !artifact.matches("sha256:[0-9a-f]{64}")) {
            reader.problem("artifact", "must be a digest: sha256: and 64 hexadecimal digits");
        }
        if (hasFiles() && startCommand == null && staticDirectory == null) {
            reader.problem("start_command", "is needed");
        }
        if (startCommand != null && staticDirectory != null) {
            reader.problem("start_command", "a static site is served by the platform and takes none");
        }
        if (staticDirectory != null && !hasFiles()) {
            reader.problem("static_directory", "is a directory of an artifact or a repository, and there is none");
        }
        if (staticDirectory != null && !staticDirectory.matches("(?!/)(?!(.*/)?\\.\\.(/|$)).+")) {
            reader.problem("static_directory", "must be a directory within the files");
        }
        if (!probePath.startsWith("/") || probePath.chars().anyMatch(c -> c <= ' ' || c == 127)) {
            reader.problem("probe", "its path must begin with / and hold no blanks");
        }
    }

    /** What this cluster, as it is configured, cannot give. */
    private void checkPlace(ResourceSpec spec, PropertyReader reader, KubernetesConfig config) {
        if (hasFiles() && config.platform_url().isBlank()) {
            reader.problem(
                    artifact == null ? "repository" : "artifact",
                    "cannot be taken: pods fetch their files from the platform, and the engine's configuration"
                            + " (platform.url) does not say where; an image that has the application in it can");
        }
        Object instanceType = spec.properties().get("instance_type");
        if (instanceType != null && !"container".equals(instanceType)) {
            reader.problem("instance_type", "must be container: this engine has no virtual machines");
        }
        if (host == null) {
            return;
        }
        List<String> domains = CommaList.of(config.ingress_domains());
        if (worker()) {
            reader.problem("host", "is not a property of type worker");
        } else if (!isHost(host)) {
            reader.problem("host", "must be a host name such as shop.example.com, in lower case");
        } else if (domains.stream().noneMatch(domain -> host.endsWith("." + domain))) {
            reader.problem(
                    "host",
                    domains.isEmpty()
                            ? "cannot be served: the engine's configuration (ingress.domains) allows none"
                            : "must be in " + String.join(" or ", domains));
        }
    }

    /** As DNS has them (RFC 1123). */
    private static boolean isHost(String text) {
        return text.length() <= LONGEST_HOST
                && text.contains(".")
                && Stream.of(text.split("\\.", -1))
                        .allMatch(label -> LABEL.matcher(label).matches() && !label.endsWith("-"));
    }
}
