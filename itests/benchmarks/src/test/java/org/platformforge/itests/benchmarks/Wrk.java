package org.platformforge.itests.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load tool, Debian's {@code wrk}: one thread, several connections, each with one request at a time. */
final class Wrk {
    private static final Pattern TOTAL = Pattern.compile("(\\d+) requests in ([0-9.]+)(us|ms|s|m)");
    private static final Pattern FAILED = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern BROKEN =
            Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

    private Wrk() {}

    /**
     * @param failed answers other than 2xx and 3xx, and broken connections
     * @param broken the latter alone: connections refused or cut, and answers that did not come in time
     */
    record Result(long requests, double seconds, double p50Micros, double p99Micros, long failed, long broken) {}

    /** Empty when it is not installed. */
    static Optional<String> version() {
        try {
            String text = run(List.of("wrk", "-v"));
            return text.lines().findFirst().map(line -> line.replaceAll(" \\[.*", ""));
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
    }

    static Result run(URI uri, Map<String, String> headers, int connections, Duration time) {
        return run(uri, headers, connections, time, "");
    }

    /** @param script in Lua, how requests are made of the address; empty for GET, always the same */
    static Result run(URI uri, Map<String, String> headers, int connections, Duration time, String script) {
        List<String> command = new ArrayList<>(List.of(
                "wrk", "-t1", "-c" + connections, "-d" + time.toSeconds() + "s", "--latency", "--timeout", "10s"));
        headers.forEach((name, value) -> command.addAll(List.of("-H", name + ": " + value)));
        if (script.isEmpty()) {
            command.add(uri.toString());
            return parse(run(command));
        }
        return run(command, uri, script);
    }

    private static Result run(List<String> command, URI uri, String script) {
        try {
            Path file = Files.createTempFile("bench", ".lua");
            try {
                Files.writeString(file, script);
                command.addAll(List.of("-s", file.toString(), uri.toString()));
                return parse(run(command));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Result parse(String output) {
        Matcher total = TOTAL.matcher(output);
        if (!total.find()) {
            throw new IllegalStateException("wrk did not say how many requests it made:\n" + output);
        }
        long broken = sum(BROKEN.matcher(output));
        return new Result(
                Long.parseLong(total.group(1)),
                micros(total.group(2), total.group(3)) / 1e6,
                percentile(output, 50),
                percentile(output, 99),
                sum(FAILED.matcher(output)) + broken,
                broken);
    }

    private static double percentile(String output, int percent) {
        Matcher matcher =
                Pattern.compile("\\s" + percent + "%\\s+([0-9.]+)(us|ms|s|m)").matcher(output);
        if (!matcher.find()) {
            throw new IllegalStateException("wrk did not print the percentile " + percent + ":\n" + output);
        }
        return micros(matcher.group(1), matcher.group(2));
    }

    private static double micros(String number, String unit) {
        double factor = switch (unit) {
            case "us" -> 1;
            case "ms" -> 1e3;
            case "s" -> 1e6;
            default -> 60e6;
        };
        return Double.parseDouble(number) * factor;
    }

    private static long sum(Matcher matcher) {
        long sum = 0;
        if (matcher.find()) {
            for (int i = 1; i <= matcher.groupCount(); i++) {
                sum += Long.parseLong(matcher.group(i));
            }
        }
        return sum;
    }

    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
