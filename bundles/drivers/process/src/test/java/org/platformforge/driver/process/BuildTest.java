package org.platformforge.driver.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.driver.common.Tools;
import org.platformforge.driver.common.Tools.Found;
import org.platformforge.driver.common.Tools.Wanted;
import org.platformforge.extension.api.driver.Driver.Observation;
import org.platformforge.extension.api.driver.Driver.Problem;
import org.platformforge.extension.api.driver.Driver.State;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.delivery.Sources.Snapshot;
import org.platformforge.kernel.api.jobs.OperationException;

/** From a repository to an artifact, and from an artifact to an application. */
class BuildTest {
    private static final String TENANT = "ten_a";

    @TempDir
    Path temporary;

    private FolderArtifacts artifacts;
    private ProcessDriver driver;
    private GitSources sources;

    @BeforeEach
    void open() throws Exception {
        artifacts = new FolderArtifacts(temporary.resolve("artifacts"));
        Map<String, Object> settings =
                Map.of("repository_mirrors", new String[] {"https://github.com/acme/=" + temporary + "/"});
        driver = Fixtures.driver(temporary.resolve("apps"), settings);
        driver.artifacts = artifacts;
        sources = new GitSources(artifacts, Fixtures.config(temporary.resolve("apps"), settings));
    }

    @AfterEach
    void close() throws Exception {
        for (var held : driver.inventory()) {
            driver.delete(held.resourceId(), new Fixtures.Lines());
        }
        driver.close();
    }

    @Test
    void listsAndReadsPlainFilesOfASnapshotAlone() throws Exception {
        Path repository = Files.createDirectory(temporary.resolve("shop"));
        Files.createSymbolicLink(repository.resolve("link"), Path.of("/etc/hostname"));
        GitFolder.of(
                repository,
                Map.of("a b.txt", "one", "src/ünï/main.py", "two", "-v", "three", "large", "x".repeat((1 << 20) + 1)));
        String artifact = snapshot(null).artifact();

        assertThat(sources.list(TENANT, artifact)).containsExactly("-v", "a b.txt", "large", "src/ünï/main.py");
        assertThat(sources.read(
                        TENANT, artifact, Set.of("a b.txt", "src/ünï/main.py", "-v", "link", "../a b.txt", "none")))
                .hasSize(3)
                .containsEntry("a b.txt", "one".getBytes(UTF_8))
                .containsEntry("src/ünï/main.py", "two".getBytes(UTF_8))
                .containsEntry("-v", "three".getBytes(UTF_8));
        assertThatExceptionOfType(OperationException.class)
                .isThrownBy(() -> sources.read(TENANT, artifact, Set.of("large")))
                .satisfies(e -> assertThat(e.code()).isEqualTo("FILE_TOO_LARGE"));
        assertThatExceptionOfType(OperationException.class)
                .isThrownBy(() -> sources.list("ten_b", artifact))
                .satisfies(e -> assertThat(e.code()).isEqualTo("ARTIFACT_MISSING"));
    }

    @Test
    void fetchesWhatIsCalledByTagBranchOrCommit() throws Exception {
        Path repository = GitFolder.of(temporary.resolve("shop"), Map.of("a.txt", "one"));
        String first;
        try (Git git = Git.open(repository.toFile())) {
            first = git.getRepository().resolve("HEAD").name();
            git.tag().setName("v1").setAnnotated(false).setSigned(false).call();
            git.branchCreate().setName("side").call();
            Files.writeString(repository.resolve("a.txt"), "two");
            git.commit()
                    .setAll(true)
                    .setMessage("Second")
                    .setAuthor("t", "t@e")
                    .setCommitter("t", "t@e")
                    .setSign(false)
                    .call();
        }

        Snapshot tag = snapshot("v1");
        Snapshot newest = snapshot(null);

        assertThat(tag.commit()).isEqualTo(first);
        assertThat(List.of(snapshot("side"), snapshot("refs/heads/side"))).containsOnly(tag);
        assertThat(newest.commit()).isNotEqualTo(first);
        assertThat(newest.artifact()).isNotEqualTo(tag.artifact());
        assertThat(snapshot(newest.commit())).isEqualTo(newest);
        assertThatExceptionOfType(OperationException.class)
                .isThrownBy(() -> snapshot("v9"))
                .matches(e -> e.code().equals("REF_NOT_FOUND"));
        assertThatExceptionOfType(OperationException.class)
                .isThrownBy(() -> sources.snapshot(TENANT, "https://github.com/acme/../etc", "v1", null))
                .matches(e -> e.code().startsWith("REPOSITORY_"));
        assertThat(temporary.resolve("apps/.checkouts")).isEmptyDirectory();
    }

    private Snapshot snapshot(String ref) throws Exception {
        return sources.snapshot(TENANT, "https://github.com/acme/shop", ref, null);
    }

    private String source(Map<String, String> files) throws Exception {
        GitFolder.of(temporary.resolve("shop"), files);
        return snapshot(null).artifact();
    }

    private Observation build(String source, Progress progress, String... commands) throws Exception {
        return driver.apply(spec("res-b", source, commands), progress);
    }

    private static ResourceSpec spec(String id, String source, String... commands) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("source", source);
        properties.put("commands", List.of(commands));
        properties.put("secrets", Map.of("TOKEN", "for the build"));
        properties.put("timeout_seconds", 60);
        return new ResourceSpec(id, TENANT, "rel-1", "build", "shop", "dev", "build", properties);
    }

    @Test
    void buildsAnArtifactThatAnApplicationRunsFrom() throws Exception {
        String source = source(Map.of("run.sh", "exec python3 -m http.server --directory public --bind $HOST $PORT\n"));
        Fixtures.Lines lines = new Fixtures.Lines();

        Observation built = build(
                source,
                lines,
                "mkdir public && ln -s index.html public/link",
                "echo \"${#TOKEN}\" > public/index.html",
                "echo made");

        assertThat(built.state()).isEqualTo(State.STOPPED);
        assertThat(lines.lines).contains("+ echo made", "made");
        String artifact = built.outputs().get("artifact");
        assertThat(build(
                                source,
                                lines,
                                "mkdir public && ln -s index.html public/link",
                                "echo \"${#TOKEN}\" > public/index.html")
                        .outputs())
                .as("the same files, the same digest")
                .containsEntry("artifact", artifact);
        Observation up = driver.apply(
                Fixtures.application("res-1", Map.of("artifact", artifact, "start_command", "sh run.sh")), lines);
        assertThat(HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(
                                                "http://" + up.outputs().get("address") + "/link"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body())
                .isEqualTo("13\n");
    }

    @Test
    void runsWhereItWasBuilt() throws Exception {
        Observation built =
                build(source(Map.of("a.txt", "a")), new Fixtures.Lines(), "pwd > where; echo $HOME >> where");
        assumeTrue(built.facts().get(App.ISOLATION).startsWith("bubblewrap"), "bubblewrap is missing");

        driver.apply(
                Fixtures.worker(
                        "res-1",
                        Map.of(
                                "artifact",
                                built.outputs().get("artifact"),
                                "start_command",
                                "cat where; pwd; echo over; sleep 600")),
                new Fixtures.Lines());

        await().atMost(Duration.ofSeconds(20))
                .until(() -> driver.logs("res-1", 10).contains("over"));
        assertThat(driver.logs("res-1", 10)).containsExactly("/app", "/app", "/app", "over");
    }

    private List<String> missing(Object tools) {
        ResourceSpec spec = spec("res-b", "sha256:" + "0".repeat(64), "true");
        spec.properties().put("tools", tools);
        return driver.check(spec).stream()
                .filter(problem -> problem.property().equals("tools"))
                .map(Problem::message)
                .toList();
    }

    private static Map<String, Object> tool(String command, String version) {
        return version == null ? Map.of("command", command) : Map.of("command", command, "version", version);
    }

    @Test
    void saysWhichToolsAreNotThere() {
        assertThat(missing(List.of(tool("tar", "1.0"), tool("tar", null)))).isEmpty();
        assertThat(missing(List.of(tool("no-such-tool", "8.1"), tool("tar", "999.1"), tool("nowhere -m x", null))))
                .hasSize(3)
                .contains("no-such-tool 8.1 or newer is missing", "nowhere -m x is missing")
                .anyMatch(message -> message.matches("tar 999\\.1 or newer is needed, and [0-9.]+ is there"));
        assertThat(missing(List.of(tool("tar no-such-word", null))).get(0))
                .startsWith("tar no-such-word is needed, and tar no-such-word --version failed");
        for (Object hostile : List.of(
                "tar",
                List.of("tar"),
                List.of(tool("tar; touch /tmp/x", null)),
                List.of(tool("$(id)", null)),
                List.of(tool("tar", "1; id")),
                List.of(tool("", null)),
                Collections.nCopies(41, tool("tar", null)))) {
            assertThat(missing(hostile))
                    .as(hostile.toString())
                    .containsExactly("must be a list of at most 40 tools, each with its command and version");
        }
    }

    @Test
    void comparesVersionsByTheirNumbers() {
        assertThat(Tools.older("9.1", "10")).isTrue();
        assertThat(Tools.older("18.17.0", "18.17")).isFalse();
        assertThat(Tools.older("18", "18.17")).isTrue();
        assertThat(Tools.older("20.1", "18.17")).isFalse();
        Wanted maven = new Wanted("mvn", "3.6");
        assertThat(Tools.problem(maven, new Found(0, "\u001b[1mApache Maven 3.8.7\u001b[m")))
                .isNull();
        assertThat(Tools.problem(maven, new Found(0, "\u001b[1mApache Maven 3.5.4\u001b[m")))
                .isEqualTo("mvn 3.6 or newer is needed, and 3.5.4 is there");
    }

    @Test
    void saysWhyABuildFailedAndLeavesNothingRunning() throws Exception {
        String source = source(Map.of("a.txt", "a"));

        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> build(source, new Fixtures.Lines(), "sleep 600 & echo broken; exit 3", "echo never"))
                .matches(e -> e.code().equals("BUILD_FAILED"))
                .withMessageContaining("exit code 3")
                .withMessageContaining("broken")
                .matches(e -> !e.getMessage().contains("never"));

        assertThat(ProcFs.withVariable(
                        Launcher.FOLDER_VARIABLE, temporary.resolve("apps").toString()))
                .isEmpty();
    }

    @Test
    void endsABuildThatTakesTooLong() throws Exception {
        ResourceSpec slow = spec("res-b", source(Map.of("a.txt", "a")), "sleep 600");
        slow.properties().put("timeout_seconds", 1);

        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> driver.apply(slow, new Fixtures.Lines()))
                .matches(e -> e.code().equals("BUILD_TIMEOUT"));

        assertThat(ProcFs.withVariable(
                        Launcher.FOLDER_VARIABLE, temporary.resolve("apps").toString()))
                .isEmpty();
        driver.delete("res-b", new Fixtures.Lines());
        assertThat(driver.observe("res-b")).isEmpty();
    }

    @Test
    void opensNoArtifactOfAnotherTenant() throws Exception {
        String source = source(Map.of("a.txt", "a"));
        ResourceSpec foreign = new ResourceSpec(
                "res-x",
                "ten_b",
                "rel-1",
                "app",
                "shop",
                "dev",
                "application",
                Map.of("artifact", source, "start_command", "true"));

        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> driver.apply(foreign, new Fixtures.Lines()))
                .matches(e -> e.code().equals("ARTIFACT_MISSING"));
    }

    @Test
    void namesEveryWrongPropertyOfABuild() {
        ResourceSpec wrong = new ResourceSpec(
                "res-b",
                TENANT,
                "rel-1",
                "build",
                "shop",
                "dev",
                "build",
                Map.of("commands", List.of(" "), "memory", "x", "colour", 1));

        assertThat(driver.check(wrong))
                .extracting(Problem::property)
                .containsExactlyInAnyOrder("colour", "source", "commands", "memory");
    }
}
