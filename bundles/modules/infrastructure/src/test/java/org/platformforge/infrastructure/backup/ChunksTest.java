package org.platformforge.infrastructure.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunksTest {
    private static final String ID = "b-1";
    private static final int STORED = Chunks.SIZE + Chunks.TAG;
    private final byte[] key = random(32);

    private record File(byte[] bytes, List<String> digests, String digest) {}

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    private File seal(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SealedOutput sealed = new SealedOutput(out, key, ID);
        sealed.write(plain, 0, plain.length);
        sealed.finish();
        return new File(out.toByteArray(), sealed.digests(), sealed.digest());
    }

    private byte[] open(byte[] bytes, byte[] with, String id, List<String> digests) throws IOException {
        return new SealedInput(new ByteArrayInputStream(bytes), with, id, digests).readAllBytes();
    }

    private void refused(byte[] bytes, List<String> digests, String told) {
        assertThatThrownBy(() -> open(bytes, key, ID, digests))
                .isInstanceOf(CorruptBackupException.class)
                .hasMessageContaining(told);
    }

    @Test
    void namesTheChunkWithOneWrongBit() throws IOException {
        File file = seal(random(3 * Chunks.SIZE + 5));
        byte[] broken = file.bytes.clone();
        broken[Chunks.HEADER + STORED + 17] ^= 1;

        refused(broken, file.digests, "Chunk 2 of 4 (bytes " + (Chunks.HEADER + STORED));
    }

    @Test
    void refusesChunksThatWereSwappedEvenWhereTheDigestsWereToo() throws IOException {
        File file = seal(random(3 * Chunks.SIZE));
        byte[] swapped = file.bytes.clone();
        System.arraycopy(file.bytes, Chunks.HEADER, swapped, Chunks.HEADER + STORED, STORED);
        System.arraycopy(file.bytes, Chunks.HEADER + STORED, swapped, Chunks.HEADER, STORED);
        List<String> digests = List.of(file.digests.get(1), file.digests.get(0), file.digests.get(2));

        refused(swapped, file.digests, "Chunk 1 of 3");
        refused(swapped, digests, "Chunk 1 of 3");
    }

    @Test
    void refusesAFileThatWasCutOffEvenWhereTheManifestWasToo() throws IOException {
        File file = seal(random(3 * Chunks.SIZE));
        byte[] cut = Arrays.copyOf(file.bytes, Chunks.HEADER + 2 * STORED);

        refused(cut, file.digests, "Chunk 3 of 3");
        refused(cut, file.digests.subList(0, 2), "Chunk 2 of 2");
        refused(Arrays.copyOf(file.bytes, file.bytes.length - 1), file.digests, "Chunk 3 of 3");
        refused(Arrays.copyOf(file.bytes, 5), file.digests, "does not begin");
    }

    @Test
    void refusesWhatGoesOn() throws IOException {
        File file = seal(random(10));

        refused(Arrays.copyOf(file.bytes, file.bytes.length + 1), file.digests, "Chunk 1 of 1");
        File two = seal(random(2 * Chunks.SIZE));
        refused(Arrays.copyOf(two.bytes, two.bytes.length + 1), two.digests, "goes on after its last chunk");
    }

    @Test
    void refusesAnotherKeyAndAnotherBackup() throws IOException {
        File file = seal(random(10));

        assertThatThrownBy(() -> open(file.bytes, random(31 + 1).clone(), "b-2", file.digests))
                .isInstanceOf(CorruptBackupException.class);
        byte[] other = key.clone();
        other[0] ^= 1;
        assertThatThrownBy(() -> open(file.bytes, other, ID, file.digests))
                .isInstanceOf(CorruptBackupException.class)
                .hasMessageContaining("the key is another one");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, Chunks.SIZE - 1, Chunks.SIZE, Chunks.SIZE + 1, 2 * Chunks.SIZE})
    void givesBackWhatWasWritten(int size) throws IOException {
        byte[] plain = random(size);
        File file = seal(plain);
        SealedInput in = new SealedInput(new ByteArrayInputStream(file.bytes), key, ID, file.digests);

        assertThat(in.readAllBytes()).isEqualTo(plain);
        assertThat(in.digest()).isEqualTo(file.digest);
        assertThat(file.digests).hasSize(Math.max(1, (size + Chunks.SIZE - 1) / Chunks.SIZE));
    }

    @Test
    void neverEncryptsTheSameTwice() throws IOException {
        assertThat(seal(random(100)).bytes).isNotEqualTo(seal(random(100)).bytes);
    }
}
