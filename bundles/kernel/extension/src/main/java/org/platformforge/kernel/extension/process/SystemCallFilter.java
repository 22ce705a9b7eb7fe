package org.platformforge.kernel.extension.process;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The system calls an extension's process cannot make (seccomp, classic BPF): another process, name spaces, mounts, other
 * processes' memory, keys, BPF, io_uring, and memory that counts against no limit of a process. With one process only, its
 * limit of addresses is the limit of all the memory of the release. Stateless.
 */
final class SystemCallFilter {
    private static final int LOAD = 0x20;
    private static final int EQUAL = 0x15;
    private static final int AT_LEAST = 0x35;
    private static final int ANY_BIT = 0x45;
    private static final int RETURN = 0x06;

    private static final int ALLOW = 0x7fff_0000;
    private static final int KILL = 0x8000_0000;
    private static final int ERROR = 0x0005_0000;
    private static final int NOT_PERMITTED = ERROR | 1;
    /** What the C library takes as a reason to use {@code clone}, whose flags can be seen. */
    private static final int NOT_THERE = ERROR | 38;

    /** Offsets in {@code struct seccomp_data}; of the first argument its lower half. */
    private static final int NUMBER = 0;

    private static final int ARCHITECTURE = 4;
    private static final int FIRST_ARGUMENT = 16;

    private static final int CLONE3 = 435;
    private static final int CLONE_THREAD = 0x1_0000;
    /** From here on are the numbers of the x32 ABI. */
    private static final int X32 = 0x4000_0000;

    private static final int INSTRUCTION_BYTES = 8;

    /** Of both architectures: mounts, pidfd_getfd, io_uring, memfd_secret. */
    private static final List<Integer> DENIED_EVERYWHERE =
            List.of(425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 447);

    private static final Map<String, Architecture> ARCHITECTURES = Map.of(
            "amd64",
            new Architecture(
                    0xC000_003E,
                    56,
                    // fork, vfork; unshare, setns; mount, umount2, pivot_root; ptrace, process_vm_readv, …_writev; bpf,
                    // perf_event_open, userfaultfd; add_key, request_key, keyctl; memfd_create, shmget, shmat, msgget,
                    // semget
                    List.of(
                            57, 58, 272, 308, 165, 166, 155, 101, 310, 311, 321, 298, 323, 248, 249, 250, 319, 29, 30,
                            68, 64)),
            "aarch64",
            new Architecture(
                    0xC000_00B7,
                    220,
                    List.of(
                            97, 268, 40, 39, 41, 117, 270, 271, 280, 241, 282, 217, 218, 219, 279, 194, 196, 186,
                            190)));

    /** @param audit its {@code AUDIT_ARCH} @param fork number of {@code clone}, whose first argument are its flags */
    private record Architecture(int audit, int fork, List<Integer> denied) {}

    private record Instruction(int code, int ifTrue, int ifFalse, int value) {}

    private SystemCallFilter() {}

    /** @param architecture as {@code os.arch} says. @return empty where none is written for it */
    static Optional<byte[]> of(String architecture) {
        return Optional.ofNullable(ARCHITECTURES.get(architecture)).map(SystemCallFilter::program);
    }

    private static byte[] program(Architecture on) {
        List<Integer> denied = new ArrayList<>(on.denied());
        denied.addAll(DENIED_EVERYWHERE);
        List<Instruction> program = new ArrayList<>();
        program.add(new Instruction(LOAD, 0, 0, ARCHITECTURE));
        program.add(new Instruction(EQUAL, 1, 0, on.audit()));
        program.add(new Instruction(RETURN, 0, 0, KILL));
        program.add(new Instruction(LOAD, 0, 0, NUMBER));
        refuse(program, AT_LEAST, X32, NOT_THERE);
        refuse(program, EQUAL, CLONE3, NOT_THERE);
        denied.forEach(number -> refuse(program, EQUAL, number, NOT_PERMITTED));
        program.add(new Instruction(EQUAL, 1, 0, on.fork()));
        program.add(new Instruction(RETURN, 0, 0, ALLOW));
        program.add(new Instruction(LOAD, 0, 0, FIRST_ARGUMENT));
        program.add(new Instruction(ANY_BIT, 1, 0, CLONE_THREAD));
        program.add(new Instruction(RETURN, 0, 0, NOT_PERMITTED));
        program.add(new Instruction(RETURN, 0, 0, ALLOW));
        ByteBuffer bytes =
                ByteBuffer.allocate(program.size() * INSTRUCTION_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Instruction one : program) {
            bytes.putShort((short) one.code())
                    .put((byte) one.ifTrue())
                    .put((byte) one.ifFalse())
                    .putInt(one.value());
        }
        return bytes.array();
    }

    private static void refuse(List<Instruction> program, int test, int value, int answer) {
        program.add(new Instruction(test, 0, 1, value));
        program.add(new Instruction(RETURN, 0, 0, answer));
    }
}
