package org.platformforge.itests.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One shell that keeps its folder and variables from block to block, and gives each command a process group of its own, as a
 * shell at a terminal does. Not thread-safe.
 */
final class Terminal implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(300);
    // what a reader sees as colour
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

    private final Process shell;
    private final Path scripts;
    private final Path printed;
    private int blocks;
    private int begin;

    /** @param name of the folder in the newcomer's home for what is asked and printed */
    Terminal(Newcomer newcomer, String name, Path folder) throws IOException {
        scripts = Files.createDirectories(newcomer.home().resolve(name));
        printed = scripts.resolve("printed");
        ProcessBuilder builder = new ProcessBuilder("env", "--default-signal=INT", "bash", "--noprofile", "--norc")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().clear();
        builder.environment().putAll(newcomer.environment());
        shell = builder.start();
        type("set -mu");
    }

    /** Returns when all commands have ended; fails when one of them has failed. */
    void run(String commands) throws IOException {
        int block = begin("set -e\n" + commands + "\nset +e\n");
        await().atMost(PATIENCE).until(() -> ended(block) || !shell.isAlive());
        assertThat(printed()).as(commands).contains(end(block) + "0\n");
    }

    /** Returns at once. */
    void start(String commands) throws IOException {
        begin(commands);
    }

    private int begin(String commands) throws IOException {
        begin = all().length();
        Path script = Files.writeString(scripts.resolve(++blocks + ".sh"), commands);
        type("source '" + script + "' </dev/null; echo $'\\n" + end(blocks) + "'$?");
        return blocks;
    }

    private static String end(int block) {
        return "<<block " + block + " ended: ";
    }

    private boolean ended(int block) {
        return all().contains(end(block));
    }

    /** Whether what was asked last goes on. */
    boolean busy() {
        return blocks > 0 && shell.isAlive() && !ended(blocks);
    }

    private void type(String line) throws IOException {
        shell.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        shell.getOutputStream().flush();
    }

    /** What the last commands have printed by now. */
    String printed() {
        return all().substring(begin);
    }

    private String all() {
        try {
            return COLOUR.matcher(Files.readString(printed)).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until each line was printed by the last commands, in this order; {@code …} stands for anything within a line. */
    void expect(List<String> lines) {
        Pattern pattern = Pattern.compile(
                lines.stream().map(Terminal::pattern).collect(Collectors.joining("$(?s:.*?)^", "^", "$")),
                Pattern.MULTILINE);
        if (busy()) {
            await().atMost(PATIENCE).until(() -> pattern.matcher(printed()).find() || !busy());
        }
        assertThat(printed()).containsPattern(pattern);
    }

    private static String pattern(String line) {
        return Stream.of(line.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    }

    /** Where it is by now. */
    Path folder() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + shell.pid() + "/cwd"));
    }

    /** Every process that the shell has started and that still belongs to it. */
    List<ProcessHandle> processes() {
        return shell.descendants().toList();
    }

    /** Ctrl-C, which goes to the process group of the command that goes on. Returns when it has ended. */
    void interrupt() throws IOException, InterruptedException {
        ProcessHandle leader = shell.children().findFirst().orElseThrow();
        new ProcessBuilder("kill", "-INT", "--", "-" + leader.pid())
                .inheritIO()
                .start()
                .waitFor();
        await().atMost(PATIENCE).until(() -> !busy());
    }

    /** Ends the shell and all that belongs to it. */
    @Override
    public void close() {
        List<ProcessHandle> all = processes();
        shell.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(one -> one.onExit().orTimeout(30, TimeUnit.SECONDS).join());
    }
}
