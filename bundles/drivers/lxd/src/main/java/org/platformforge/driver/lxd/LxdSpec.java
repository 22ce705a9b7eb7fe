package org.platformforge.driver.lxd;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.platformforge.driver.common.CommaList;
import org.platformforge.driver.common.PropertyReader;
import org.platformforge.extension.api.driver.Driver.Problem;
import org.platformforge.extension.api.driver.ResourceSpec;

/**
 * The properties of an application, a worker or a build, checked. The bundle's README lists them.
 *
 * @param artifact digest of the files; null with a repository
 * @param commands of a build; empty for everything else
 * @param startCommand null for static sites and builds
 * @param variables the secret ones included
 * @param timeoutSeconds until it is ready, or for all commands of a build
 */
record LxdSpec(
        String type,
        String repository,
        String ref,
        String artifact,
        List<String> commands,
        String startCommand,
        String staticDirectory,
        Map<String, String> variables,
        Shape shape,
        String probePath,
        int timeoutSeconds) {
    static final String APPLICATION = "application";
    static final String WORKER = "worker";
    static final String BUILD = "build";
    static final Set<String> TYPES = Set.of(APPLICATION, WORKER, BUILD);

    private static final Set<String> KNOWN_OF_BUILDS = Set.of(
            "source",
            "commands",
            "env",
            "secrets",
            "cpu",
            "memory",
            "disk",
            "instance_type",
            "image",
            "framework",
            "tools",
            "timeout_seconds");
    private static final Set<String> KNOWN = Set.of(
            "repository",
            "ref",
            "artifact",
            "start_command",
            "static_directory",
            "env",
            "secrets",
            "cpu",
            "memory",
            "disk",
            "instance_type",
            "image",
            "framework",
            "tools",
            "probe");
    private static final String CONTAINER = "container";
    private static final String VM = "vm";
    private static final long SMALLEST_MEMORY = 16L << 20;
    private static final long SMALLEST_DISK = 64L << 20;
    private static final int LONGEST_START = 900;
    private static final int LONGEST_BUILD = 4 * 3600;

    @Override
    public String toString() {
        return type; // never the secrets
    }

    boolean build() {
        return BUILD.equals(type);
    }

    boolean worker() {
        return WORKER.equals(type);
    }

    static LxdSpec parse(ResourceSpec spec, LxdConfig config, List<Problem> problems) {
        boolean build = BUILD.equals(spec.type());
        PropertyReader reader = new PropertyReader(spec, build ? KNOWN_OF_BUILDS : KNOWN, problems);
        Map<?, ?> probe = build ? Map.of() : reader.map("probe");
        LxdSpec read = new LxdSpec(
                spec.type(),
                build ? null : reader.text("repository"),
                build ? null : reader.text("ref"),
                reader.text(build ? "source" : "artifact"),
                build ? reader.commands("commands") : List.of(),
                build ? null : reader.text("start_command"),
                build ? null : reader.text("static_directory"),
                reader.variables(),
                shape(reader, config),
                probe.get("path") instanceof String path ? path : "/",
                build
                        ? reader.seconds("timeout_seconds", LONGEST_BUILD, config.build_timeout_seconds())
                        : PropertyReader.seconds(
                                probe.get("timeout_seconds"), LONGEST_START, config.start_timeout_seconds()));
        read.checkCombination(reader);
        return read;
    }

    private static Shape shape(PropertyReader reader, LxdConfig config) {
        String type = reader.text("instance_type");
        String kind = type == null ? config.instance_type() : type;
        if (!CONTAINER.equals(kind) && !VM.equals(kind)) {
            reader.problem("instance_type", "must be container or vm");
        }
        BigDecimal cores = reader.cores("cpu");
        boolean vm = VM.equals(kind);
        if (vm && cores != null && cores.setScale(0, RoundingMode.CEILING).compareTo(cores) != 0) {
            reader.problem("cpu", "must be a whole number for a virtual machine");
        }
        return new Shape(
                vm,
                image(reader, config),
                cores,
                reader.bytes("memory", "256Mi", SMALLEST_MEMORY),
                reader.bytes("disk", "10Gi", SMALLEST_DISK));
    }

    /** The one that is named, else the framework's, else the one for all. */
    private static String image(PropertyReader reader, LxdConfig config) {
        String named = reader.text("image");
        String framework = reader.text("framework");
        String image = named != null
                ? named
                : framework != null
                        ? CommaList.pairs(config.images()).getOrDefault(framework, config.image())
                        : config.image();
        if (image.isBlank()) {
            reader.problem(
                    "image",
                    "is needed: neither image nor images of the engine's configuration name one"
                            + (framework == null ? "" : " for " + framework));
        }
        return image;
    }

    private void checkCombination(PropertyReader reader) {
        if (build()) {
            if (artifact == null) {
                reader.problem("source", "must be the digest of an artifact");
            }
            return;
        }
        if (repository != null && artifact != null) {
            reader.problem("artifact", "has the files already; a repository beside it would be ignored");
        }
        if (repository == null && artifact == null) {
            reader.problem("artifact", "is needed, or a repository: this engine has no starter application");
        }
        if (startCommand == null && staticDirectory == null) {
            reader.problem("start_command", "is needed");
        }
        if (startCommand != null && staticDirectory != null) {
            reader.problem("start_command", "a static site is served by the platform and takes none");
        }
        if (staticDirectory != null && !staticDirectory.matches("(?!/)(?!(.*/)?\\.\\.(/|$)).+")) {
            reader.problem("static_directory", "must be a directory within the files");
        }
        if (!probePath.startsWith("/") || probePath.chars().anyMatch(c -> c <= ' ' || c == 127)) {
            reader.problem("probe", "its path must begin with / and hold no blanks");
        }
    }
}
