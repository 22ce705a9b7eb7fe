package org.platformforge.auth.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

class FormBodyTest {
    @Test
    void readsAParameterAndLeavesOthersAside() {
        assertThat(FormBody.required("token_type_hint=access_token&token=a.b+c%2Bd%C3%A4&x", "token"))
                .isEqualTo("a.b c+dä");
    }

    @ParameterizedTest
    @CsvSource({
        ",VALIDATION",
        "'',VALIDATION",
        "token,VALIDATION",
        "token=,VALIDATION",
        "other=x,VALIDATION",
        "&&=&,VALIDATION",
        "token=a&token=b,MALFORMED",
        "token=%,MALFORMED",
        "token=%zz,MALFORMED"
    })
    void refusesWhatIsNoForm(String body, ErrorKind kind) {
        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> FormBody.required(body, "token"))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
