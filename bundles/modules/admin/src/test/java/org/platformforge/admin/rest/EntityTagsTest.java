package org.platformforge.admin.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

class EntityTagsTest {
    @Test
    void readsWhatItWrote() {
        assertThat(EntityTags.expected(EntityTags.of(12))).isEqualTo(12);
        assertThat(EntityTags.required(" W/\"3\" ")).isEqualTo(3);
        assertThat(EntityTags.required("*")).isNull();
        assertThat(EntityTags.expected(null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "\"x\"", "\"1\", \"2\"", "\"-1\"", "\"1234567890123456789\""})
    void refusesWhatNoVersionHas(String tag) {
        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> EntityTags.expected(tag))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ErrorKind.PRECONDITION_FAILED));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " "})
    void missesWhatIsRequired(String tag) {
        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> EntityTags.required(tag))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ErrorKind.PRECONDITION_REQUIRED));
    }
}
