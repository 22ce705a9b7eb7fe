package org.platformforge.kernel.store.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.AuditTrail.Filter;
import org.platformforge.kernel.store.database.Database;
import org.platformforge.kernel.store.json.JsonText;
import org.platformforge.kernel.store.testing.FixedSecrets;
import org.platformforge.kernel.store.testing.StoreFixture;

/** Exports, judged by the verifier an outside auditor has: another language and no code of ours. */
class ExportProofTest {
    private static final Path VERIFIER = Path.of("../../../itests/audit/verify.py");

    @TempDir
    static Path folder;

    private static StoreFixture store;
    private static List<String> lines;
    private static String publicKey;
    private static String key;

    @BeforeAll
    static void export() throws Exception {
        assumeTrue(hasPython(), "python3 is not installed: the verifier of exports is not tested");
        store = StoreFixture.derby();
        for (int i = 0; i < 12; i++) {
            Map<String, ?> details = Map.of("n", i, "text", "\u20ac \"\\ \ud83d\ude00\u0001 \u2028", "f", 0.5);
            AuditRecord record = AuditRecord.success(new SomeCaller("ten_a", "agent"), "note.create", null, details);
            store.run("ten_a", tx -> store.audit().append(tx, record));
        }
        lines = exported();
        publicKey = store.auditTrail().verify("ten_a").publicKey();
        key = "1=" + store.auditTrail().digestKeys("ten_a").get("1");
    }

    @AfterAll
    static void close() {
        if (store != null) {
            store.close();
        }
    }

    private static List<String> exported() {
        List<String> written = new ArrayList<>();
        store.auditTrail().export("ten_a", Filter.ALL, written::add);
        return written;
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void isProvenWithThePublicKeyAlone() throws Exception {
        assertThat(lines).hasSize(13);
        assertThat(verify(lines)).isEqualTo("0 proven: records 1 to 12 of tenant ten_a");
        assertThat(verify(lines, "--key", key)).startsWith("0 proven");
        assertThat(verify(lines, "--key", "1=" + "00".repeat(32)))
                .startsWith("1 ")
                .contains("with another key");
    }

    @Test
    void isNotProvenWithAnotherPublicKey() throws Exception {
        String honest = publicKey;
        try {
            publicKey = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
            assertThat(verify(lines)).startsWith("1 ").contains("signed with another key");
        } finally {
            publicKey = honest;
        }
    }

    /** Every byte of one record and of the signed state, and some of all others. */
    @Test
    void showsAnyByteThatWasChanged() throws Exception {
        byte[] whole = bytes(lines);
        int record = bytes(lines.subList(0, 5)).length;
        int signed = bytes(lines.subList(0, 12)).length;
        List<Integer> places = new ArrayList<>();
        for (int i = record; i < bytes(lines.subList(0, 6)).length; i += 3) {
            places.add(i);
        }
        for (int i = signed; i < whole.length; i += 3) {
            places.add(i);
        }
        new Random(1).ints(60, 0, whole.length).forEach(places::add);
        List<byte[]> variants = new ArrayList<>();
        for (int place : places) {
            byte[] changed = whole.clone();
            changed[place] ^= (byte) (place % 2 == 0 ? 1 : 0x20);
            variants.add(changed);
        }
        assertThat(undetected(variants)).isEmpty();
    }

    @Test
    void showsAnyLineThatWasRemovedRepeatedOrMoved() throws Exception {
        List<byte[]> variants = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            List<String> removed = new ArrayList<>(lines);
            removed.remove(i);
            variants.add(bytes(removed));
            List<String> repeated = new ArrayList<>(lines);
            repeated.add(i, lines.get(i));
            variants.add(bytes(repeated));
            List<String> moved = new ArrayList<>(lines);
            Collections.swap(moved, i, (i + 1) % moved.size());
            variants.add(bytes(moved));
            variants.add(bytes(lines.subList(0, i)));
        }
        byte[] whole = bytes(lines);
        variants.add(Arrays.copyOf(whole, whole.length - 1));
        variants.add(Arrays.copyOf(whole, whole.length - 40));
        assertThat(undetected(variants)).isEmpty();
    }

    @Test
    void isProvenAfterRetentionAndShowsWhatWasTakenBesides() throws Exception {
        try (StoreFixture own = StoreFixture.derby()) {
            for (int i = 0; i < 5; i++) {
                AuditRecord record =
                        AuditRecord.success(new SomeCaller("ten_a", ""), "note.create", "n", Map.of("i", i));
                own.run("ten_a", tx -> own.audit().append(tx, record));
            }
            JdbcAuditLog log =
                    new JdbcAuditLog(own.storeOf(Database.class), new JsonText(), new FixedSecrets("test"), 1);
            log.close();
            Path checkpoints = folder.resolve("audit");
            AuditKeeper keeper = new AuditKeeper(
                    own.storeOf(Database.class),
                    new JsonText(),
                    log,
                    new AuditSettings(checkpoints, Duration.ofHours(1), Duration.ofNanos(1), null));
            keeper.signAll();
            keeper.removeOld();
            List<String> kept = new ArrayList<>();
            keeper.trail().export("ten_a", Filter.ALL, kept::add);
            String own1 = keeper.trail().verify("ten_a").publicKey();
            String file = checkpoints.resolve("checkpoints.jsonl").toString();
            assertThat(run(kept, own1, "--checkpoints", file)).isEqualTo("0 proven: records 6 to 6 of tenant ten_a");

            // an older export passes for a newer one, until the checkpoints are known from elsewhere
            AuditRecord more = AuditRecord.success(new SomeCaller("ten_a", ""), "note.create", "n", Map.of());
            own.run("ten_a", tx -> own.audit().append(tx, more));
            keeper.signAll();
            assertThat(run(kept, own1)).startsWith("0 ");
            assertThat(run(kept, own1, "--checkpoints", file)).isEqualTo("1 record 7: was signed and is missing");
        }
    }

    /** One interpreter for all variants: starting hundreds takes minutes on a slow machine. */
    private static List<String> undetected(List<byte[]> variants) throws Exception {
        Path many = Files.createTempDirectory(folder, "variants");
        for (int i = 0; i < variants.size(); i++) {
            Files.write(many.resolve(i + ".jsonl"), variants.get(i));
        }
        String script = "import sys, os, pathlib; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1])\n"
                + "import verify\n"
                + "for f in sorted(pathlib.Path(sys.argv[2]).iterdir()):\n"
                + "    print(f.name, len(verify.prove(f.read_bytes(), b'', sys.argv[3], {})[2]))\n";
        Process python = new ProcessBuilder(
                        "python3", "-c", script, VERIFIER.getParent().toString(), many.toString(), publicKey)
                .redirectErrorStream(true)
                .start();
        List<String> answers = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(answers).as("verdicts").hasSize(variants.size()).allMatch(line -> line.matches("\\d+\\.jsonl \\d+"));
        return answers.stream().filter(line -> line.endsWith(" 0")).toList();
    }

    private static String verify(List<String> export, String... more) throws Exception {
        return run(export, publicKey, more);
    }

    private static String run(List<String> export, String pinned, String... more) throws Exception {
        Path file = Files.createTempFile(folder, "export", ".jsonl");
        Files.write(file, bytes(export));
        List<String> command =
                new ArrayList<>(List.of("python3", VERIFIER.toString(), file.toString(), "--public-key", pinned));
        command.addAll(List.of(more));
        Process python = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return python.waitFor() + " " + text.strip();
    }

    private static byte[] bytes(List<String> written) {
        StringBuilder text = new StringBuilder();
        written.forEach(line -> text.append(line).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
