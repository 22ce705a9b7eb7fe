package org.platformforge.itests.benchmarks;

/** Progress, for whoever waits. */
final class Console {
    private Console() {}

    static void say(String format, Object... arguments) {
        System.out.println(format.formatted(arguments));
    }
}
