package org.platformforge.itests.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code marketplace-sdk/GUIDE.md}, block by block, as somebody who has never seen the platform would go through it. */
class GuideTest {
    private static final Path GUIDE = Path.of(System.getProperty("guide.file"));
    private static final String VERSION = System.getProperty("guide.version");

    private Newcomer newcomer;
    private Terminal first;
    private Terminal second;
    private Terminal last;
    private Optional<ProcessHandle> running = Optional.empty();

    @BeforeEach
    void open() throws IOException {
        newcomer = new Newcomer("guide");
        first = new Terminal(newcomer, "first", newcomer.work());
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** Platforms do not belong to the shells that started them. */
    @AfterEach
    void close() {
        first.close();
        if (second != null) {
            second.close();
        }
        stopPlatforms();
    }

    private Path distribution() {
        return newcomer.work().resolve("platform-forge-" + VERSION);
    }

    private Path project() {
        return newcomer.work().resolve("acme.guestbook");
    }

    private void stopPlatforms() {
        for (Path data : List.of(distribution().resolve("data"), project().resolve("target/forge/data"))) {
            Newcomer.platformOf(data).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void everyCommandDoesWhatTheGuideShows() throws Exception {
        List<Block> blocks = Block.of(GUIDE);
        assertThat(blocks)
                .as("what the guide must not lose")
                .extracting(Block::text)
                .asString()
                .contains("maven-archetype-plugin", "mvn verify", "forge:check", "forge:run", "forge:keygen")
                .contains("forge:sign", "forge:publish", "/install", "/upgrade", "/rollback", "-X DELETE");
        for (Block block : blocks) {
            String text = newcomer.withPorts(block.text());
            switch (block.kind()) {
                case "sh" -> {
                    pressCtrlC();
                    last = first;
                    first.run(text);
                }
                case "sh stays" -> {
                    last = first;
                    first.start(text);
                }
                case "sh second" -> {
                    last = second();
                    second.run(text);
                }
                case "text" -> last.expect(text.lines().toList());
                default -> first.expect(text.lines().toList());
            }
        }
        assertThat(Newcomer.platformOf(distribution().resolve("data"))).isEmpty();
    }

    /** "In the same folder": the one the first terminal is in by then. */
    private Terminal second() throws IOException {
        if (second == null) {
            second = new Terminal(newcomer, "second", first.folder());
            running = Newcomer.platformOf(project().resolve("target/forge/data"));
        }
        return second;
    }

    /** When the first terminal is busy: the guide goes on there after Ctrl-C, and nothing of what ran may be left. */
    private void pressCtrlC() throws Exception {
        if (first.busy()) {
            List<ProcessHandle> mine = first.processes();
            ProcessHandle platform =
                    Newcomer.platformOf(project().resolve("target/forge/data")).orElseThrow();

            first.interrupt();

            assertThat(mine).isNotEmpty().noneMatch(ProcessHandle::isAlive);
            await().atMost(Duration.ofSeconds(30)).until(() -> !platform.isAlive());
            assertThat(project().resolve("target/forge/token")).doesNotExist();
        }
    }
}
