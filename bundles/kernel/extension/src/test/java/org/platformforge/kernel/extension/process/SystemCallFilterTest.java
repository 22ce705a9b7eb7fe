package org.platformforge.kernel.extension.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the filter as the kernel would. */
class SystemCallFilterTest {
    private static final int AMD64 = 0xC000003E;
    private static final int AARCH64 = 0xC00000B7;
    private static final String ALLOW = "7fff0000";
    private static final String NOT_PERMITTED = "50001";
    private static final String NOT_THERE = "50026";
    private static final String KILL = "80000000";

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "amd64, fork, 57, 0, " + NOT_PERMITTED,
        "amd64, vfork, 58, 0, " + NOT_PERMITTED,
        "amd64, clone as posix_spawn calls it, 56, 0x4111, " + NOT_PERMITTED,
        "amd64, clone for a name space of users, 56, 0x10000000, " + NOT_PERMITTED,
        "amd64, clone of a thread, 56, 0x3d0f00, " + ALLOW,
        "amd64, clone3, 435, 0, " + NOT_THERE,
        "amd64, execve which replaces, 59, 0, " + ALLOW,
        "amd64, read, 0, 0, " + ALLOW,
        "amd64, mmap, 9, 0, " + ALLOW,
        "amd64, futex, 202, 0, " + ALLOW,
        "amd64, unshare, 272, 0, " + NOT_PERMITTED,
        "amd64, ptrace, 101, 0, " + NOT_PERMITTED,
        "amd64, memfd_create, 319, 0, " + NOT_PERMITTED,
        "amd64, io_uring_setup, 425, 0, " + NOT_PERMITTED,
        "amd64, fork of the x32 ABI, 0x40000039, 0, " + NOT_THERE,
        "amd64, a number below none, 0xffffffff, 0, " + NOT_THERE,
        "aarch64, clone of a process, 220, 0x11, " + NOT_PERMITTED,
        "aarch64, clone of a thread, 220, 0x3d0f00, " + ALLOW,
        "aarch64, unshare, 97, 0, " + NOT_PERMITTED,
        "aarch64, memfd_create, 279, 0, " + NOT_PERMITTED,
        "aarch64, futex, 98, 0, " + ALLOW
    })
    void decides(String architecture, String call, String number, String argument, String decision) {
        int audit = architecture.equals("amd64") ? AMD64 : AARCH64;
        assertThat(run(architecture, audit, Long.decode(number).intValue(), Long.decode(argument)))
                .as(call)
                .isEqualTo(decision);
    }

    @Test
    void killsWhoCallsByAnotherArchitecture() {
        assertThat(run("amd64", 0x40000003, 2, 0)).isEqualTo(KILL);
        assertThat(run("aarch64", AMD64, 0, 0)).isEqualTo(KILL);
    }

    @Test
    void isNotThereForWhatNobodyWroteItFor() {
        assertThat(SystemCallFilter.of("riscv64")).isEmpty();
    }

    private static String run(String architecture, int audit, int number, long argument) {
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(0, number).putInt(4, audit).putLong(16, argument);
        ByteBuffer program =
                ByteBuffer.wrap(SystemCallFilter.of(architecture).orElseThrow()).order(ByteOrder.LITTLE_ENDIAN);
        int accumulator = 0;
        int at = 0;
        while (true) {
            int code = program.getShort(at * 8);
            int value = program.getInt(at * 8 + 4);
            boolean holds;
            switch (code) {
                case 0x20 -> {
                    accumulator = data.getInt(value);
                    at++;
                    continue;
                }
                case 0x06 -> {
                    return Integer.toHexString(value);
                }
                case 0x15 -> holds = accumulator == value;
                case 0x35 -> holds = Integer.compareUnsigned(accumulator, value) >= 0;
                case 0x45 -> holds = (accumulator & value) != 0;
                default -> throw new AssertionError("instruction " + code);
            }
            at += 1 + program.get(at * 8 + (holds ? 2 : 3));
        }
    }
}
