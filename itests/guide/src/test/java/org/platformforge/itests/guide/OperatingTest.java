package org.platformforge.itests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code OPERATING.md} of the distribution, block by block, as who operates it would go through it. */
class OperatingTest {
    private static final Path GUIDE = Path.of(System.getProperty("operating.file"));
    private static final String VERSION = System.getProperty("guide.version");

    private Newcomer operator;
    private Terminal terminal;

    @BeforeEach
    void open() throws IOException {
        operator = new Newcomer("operating");
        terminal = new Terminal(operator, "terminal", operator.work());
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** The platform does not belong to the shell that started it. */
    @AfterEach
    void close() {
        terminal.close();
        Newcomer.platformOf(data()).ifPresent(ProcessHandle::destroyForcibly);
    }

    private Path data() {
        return operator.work().resolve("platform-forge-" + VERSION + "/data");
    }

    @Test
    void everyCommandDoesWhatTheGuideShows() throws IOException {
        List<Block> blocks = Block.of(GUIDE);
        assertThat(blocks)
                .as("what the guide must not lose")
                .extracting(Block::text)
                .asString()
                .contains("config check", "secret-set", "backup:create", "backup:restore", "features install")
                .contains("license request", "upgrade --dry-run", "audit:verify", "support:bundle", "/metrics");
        for (Block block : blocks) {
            String text = operator.withPorts(block.text());
            switch (block.kind()) {
                case "sh" -> terminal.run(text);
                case "text" -> terminal.expect(text.lines().toList());
                default -> throw new AssertionError(GUIDE + ":" + block.line() + " has no place here");
            }
        }
        assertThat(Newcomer.platformOf(data())).isEmpty();
    }
}
