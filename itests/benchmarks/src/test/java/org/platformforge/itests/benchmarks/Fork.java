package org.platformforge.itests.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A process of the benchmarks; ends with them. */
final class Fork implements AutoCloseable {
    private final Process process;

    Fork(ProcessBuilder builder) {
        try {
            process = builder.redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** A class of ours with the Java and the memory options of another process. */
    static Fork like(long process, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Proc.executable(process).toString()));
        for (String option : Proc.commandLine(process)) {
            // its archive of classes is of another program
            if (option.matches("-X(ms|mx|mn|ss|X:(?!.*(AOT|Archive|CDS|Share)).*)\\S*")) {
                command.add(option);
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new Fork(new ProcessBuilder(command));
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Its own pid and those of all below it. */
    List<Long> tree() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    /** What it prints in its first line. */
    URI address() {
        try {
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = output.readLine();
            if (line == null || !line.startsWith("http")) {
                throw new IllegalStateException("The peer did not start: " + line);
            }
            return URI.create(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With all below it: a sandbox that is told to end does not tell what it holds. */
    @Override
    public void close() {
        List<ProcessHandle> tree = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        tree.forEach(ProcessHandle::destroy);
        try {
            CompletableFuture.allOf(tree.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // as it does not end by itself
        }
        tree.forEach(ProcessHandle::destroyForcibly);
    }
}
