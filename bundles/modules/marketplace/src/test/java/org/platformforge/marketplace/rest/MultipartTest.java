package org.platformforge.marketplace.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

class MultipartTest {
    private static final String TYPE = "multipart/form-data; boundary=b";
    private static final int LARGEST = 200_000;

    @TempDir
    Path folder;

    @Test
    void readsTheFileAndTheTextsAndLeavesNothingBehind() throws IOException {
        String content = "x".repeat(100_000);
        try (Multipart parts = open(file("bundle", content) + field("signature", " abc ") + "--b--\r\n")) {
            assertThat(parts.file("bundle").readAllBytes()).hasSize(100_000);
            assertThat(parts.text("signature")).isEqualTo("abc");
            assertThat(parts.text("changelog")).isNull();
        }
        assertEmpty();
    }

    @Test
    void refusesWhatIsTooLargeWithoutKeepingIt() throws IOException {
        assertThat(refused(file("bundle", "x".repeat(LARGEST + 1)) + "--b--\r\n")
                        .kind())
                .isEqualTo(ErrorKind.PAYLOAD_TOO_LARGE);
        assertEmpty();
    }

    @Test
    void refusesUnknownRepeatedAndMissingParts() throws IOException {
        assertThat(refused(field("other", "x") + "--b--\r\n").kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(refused(field("signature", "x") + field("signature", "y") + "--b--\r\n")
                        .kind())
                .isEqualTo(ErrorKind.VALIDATION);
        try (Multipart parts = open(field("signature", "x") + "--b--\r\n")) {
            assertThat(catchThrowableOfType(PlatformException.class, () -> parts.file("bundle"))
                            .kind())
                    .isEqualTo(ErrorKind.VALIDATION);
        }
        assertEmpty();
    }

    @Test
    void refusesABodyThatEndsTooEarlyOrHasTooManyParts() throws IOException {
        assertThat(refused(file("bundle", "x".repeat(100_000))).kind()).isEqualTo(ErrorKind.MALFORMED);
        assertThat(refused(field("signature", "x").repeat(11) + "--b--\r\n"))
                .hasMessageContaining("10 parts")
                .extracting(PlatformException::kind)
                .isEqualTo(ErrorKind.VALIDATION);
        assertEmpty();
    }

    @Test
    void refusesTextThatNoDatabaseStores() throws IOException {
        try (Multipart parts = open(field("changelog", "a\u0000b") + "--b--\r\n")) {
            assertThat(catchThrowableOfType(PlatformException.class, () -> parts.text("changelog"))
                            .kind())
                    .isEqualTo(ErrorKind.VALIDATION);
        }
    }

    private Multipart open(String body) throws IOException {
        return new Multipart(
                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)),
                TYPE,
                folder,
                Set.of("bundle", "signature", "changelog"),
                LARGEST);
    }

    private PlatformException refused(String body) {
        return catchThrowableOfType(PlatformException.class, () -> open(body));
    }

    private void assertEmpty() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    private static String file(String name, String content) {
        return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"../../x.jar\"\r\n\r\n"
                + content + "\r\n";
    }

    private static String field(String name, String content) {
        return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n";
    }
}
