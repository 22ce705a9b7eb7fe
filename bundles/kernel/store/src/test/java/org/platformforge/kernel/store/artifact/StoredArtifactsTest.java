package org.platformforge.kernel.store.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.ArtifactStore.Staged;
import org.platformforge.kernel.api.delivery.Artifacts.Artifact;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

class StoredArtifactsTest {
    @TempDir
    Path folder;

    private StoreFixture store;
    private StoredArtifacts artifacts;

    private void open(DatabaseKind kind) {
        store = StoreFixture.open(kind, StoredArtifactsTest.class);
        artifacts = new StoredArtifacts(store, folder.resolve("node"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void handsOutWhatTheTenantPutThereAndNothingElse(DatabaseKind kind) throws IOException {
        open(kind);
        Path file = Files.writeString(folder.resolve("upload"), "content");

        Artifact kept = artifacts.put("ten_acme", file);

        assertThat(kept.size()).isEqualTo(7);
        assertThat(artifacts.put("ten_acme", file)).isEqualTo(kept);
        assertThat(artifacts.file("ten_acme", kept.digest())).hasContent("content");
        for (String unknown : List.of("sha256:" + "0".repeat(64), "../../etc/passwd", kept.digest() + "0")) {
            assertThat(refusal("ten_acme", unknown).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        }
        assertThat(refusal("ten_other", kept.digest()).kind()).isEqualTo(ErrorKind.NOT_FOUND);
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void bringsBackWhatIsMissingOrTamperedWithOnANode(DatabaseKind kind) throws IOException {
        open(kind);
        byte[] large = new byte[(5 << 20) + 3];
        large[large.length - 1] = 1;
        Artifact kept = artifacts.put("ten_acme", Files.write(folder.resolve("upload"), large));
        Path file = artifacts.file("ten_acme", kept.digest());

        Files.writeString(file, "something else");
        assertThat(artifacts.file("ten_acme", kept.digest())).hasBinaryContent(large);
        Files.delete(file);
        assertThat(artifacts.file("ten_acme", kept.digest())).hasBinaryContent(large);
        StoredArtifacts other = new StoredArtifacts(store, folder.resolve("other"));
        assertThat(other.file("ten_acme", kept.digest())).hasBinaryContent(large);
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void keepsNothingOfATransactionThatFails(DatabaseKind kind) throws IOException {
        open(kind);
        try (Staged staged = artifacts.stage(new ByteArrayInputStream("x".getBytes(StandardCharsets.UTF_8)))) {
            IllegalStateException thrown = catchThrowableOfType(
                    IllegalStateException.class,
                    () -> store.run("ten_acme", tx -> {
                        artifacts.keep(tx, staged);
                        throw new IllegalStateException("after all");
                    }));
            assertThat(thrown).hasMessageContaining("after all");
            assertThat(refusal("ten_acme", staged.digest()).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        }
        try (Stream<Path> left = Files.list(artifacts.incoming())) {
            assertThat(left).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void tellsOfManyAtOnceWhichTheTenantHas(DatabaseKind kind) throws IOException {
        open(kind);
        String mine = put("ten_acme", "mine");
        String large = artifacts
                .put("ten_acme", Files.write(folder.resolve("upload"), new byte[(3 << 20) + 1]))
                .digest();
        String others = put("ten_other", "another tenant's");
        Set<String> asked = new LinkedHashSet<>(List.of(
                mine, others, "", "sha256:", "x' OR '1'='1", "../" + mine, mine.toUpperCase(Locale.ROOT), mine + "0"));
        IntStream.range(0, 1200).mapToObj(i -> "sha256:%064x".formatted(i)).forEach(asked::add);
        asked.add(large);

        assertThat(artifacts.kept("ten_acme", asked)).containsExactlyInAnyOrder(mine, large);
        assertThat(artifacts.kept("ten_other", asked)).containsExactly(others);
        assertThat(artifacts.kept("ten_third", asked)).isEmpty();
        assertThat(artifacts.kept("ten_acme", List.of())).isEmpty();
        assertThat(artifacts.kept("ten_acme", List.of(mine, mine))).containsExactly(mine);
    }

    private String put(String tenantId, String content) throws IOException {
        return artifacts
                .put(tenantId, Files.writeString(folder.resolve("upload"), content))
                .digest();
    }

    private PlatformException refusal(String tenantId, String digest) {
        return catchThrowableOfType(PlatformException.class, () -> artifacts.file(tenantId, digest));
    }
}
