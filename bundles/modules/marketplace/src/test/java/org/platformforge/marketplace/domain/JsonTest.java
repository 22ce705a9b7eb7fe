package org.platformforge.marketplace.domain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

class JsonTest {
    private final Json json = new Json();

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "1", "{", "{} {}", "{\"a\":1,\"a\":2}", "{\"a\":01}"})
    void refusesWhatIsNoObject(String text) {
        assertThat(refused(text).kind()).isEqualTo(ErrorKind.MALFORMED);
    }

    @Test
    void refusesWhatIsTooDeepOrTooLong() {
        assertThat(refused("{\"a\":".repeat(60) + "1" + "}".repeat(60)).kind()).isEqualTo(ErrorKind.MALFORMED);
        assertThat(refused("{\"a\":" + "9".repeat(200) + "}").kind()).isEqualTo(ErrorKind.MALFORMED);
    }

    @Test
    void saysWhereTextIsThatNobodyCanStore() {
        PlatformException refusal = refused("{\"manifest\":{\"tags\":[\"good\",\"b\\u0000d\"]}}");

        assertThat(refusal.kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(refusal.fields().get(0).field()).isEqualTo("manifest.tags");
        assertThat(refused("{\"a\":\"\\ud800\"}").kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(refused("{\"a\\u0000\":1}").kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(json.parse("{\"a\":\"\\ud83d\\ude00\"}".getBytes(UTF_8))).containsEntry("a", "\ud83d\ude00");
    }

    private PlatformException refused(String text) {
        return catchThrowableOfType(PlatformException.class, () -> json.parse(text.getBytes(UTF_8)));
    }
}
