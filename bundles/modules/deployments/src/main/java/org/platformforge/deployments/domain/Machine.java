package org.platformforge.deployments.domain;

import java.util.Locale;
import java.util.Optional;

/** What a deployment is asked to run in, with the limits of document 003: cores, MB of memory, GB of disk. */
public enum Machine {
    VM(1, 16, 512, 32_768, 10, 500),
    LXC(1, 8, 256, 16_384, 5, 200);

    private final int leastCores;
    private final int mostCores;
    private final int leastMemory;
    private final int mostMemory;
    private final int leastDisk;
    private final int mostDisk;

    Machine(int leastCores, int mostCores, int leastMemory, int mostMemory, int leastDisk, int mostDisk) {
        this.leastCores = leastCores;
        this.mostCores = mostCores;
        this.leastMemory = leastMemory;
        this.mostMemory = mostMemory;
        this.leastDisk = leastDisk;
        this.mostDisk = mostDisk;
    }

    /** From {@code least} to {@code most}, both included. */
    public record Range(int least, int most) {
        boolean holds(int value) {
            return value >= least && value <= most;
        }

        Range or(Range other) {
            return new Range(Math.min(least, other.least), Math.max(most, other.most));
        }
    }

    public Range cores() {
        return new Range(leastCores, mostCores);
    }

    public Range memory() {
        return new Range(leastMemory, mostMemory);
    }

    public Range disk() {
        return new Range(leastDisk, mostDisk);
    }

    /** @param text {@code vm} or {@code lxc}, exactly */
    public static Optional<Machine> of(String text) {
        for (Machine machine : values()) {
            if (machine.wire().equals(text)) {
                return Optional.of(machine);
            }
        }
        return Optional.empty();
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The word engines know it by. */
    String engineWord() {
        return this == VM ? "vm" : "container";
    }
}
