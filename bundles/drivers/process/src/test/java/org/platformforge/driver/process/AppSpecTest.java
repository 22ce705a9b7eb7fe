package org.platformforge.driver.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.extension.api.driver.Driver.Problem;

class AppSpecTest {
    private final ProcessConfig config = Fixtures.config(Path.of("unused"), Map.of());

    @Test
    void namesEverythingThatIsWrongAtOnce() {
        List<Problem> problems = AppSpec.problems(
                Fixtures.application(
                        "res-1",
                        Map.of(
                                "start_command", "run",
                                "cpu", "lots",
                                "memory", "1Ki",
                                "colour", "red",
                                "env", Map.of("PORT", "80", "A B", "x"),
                                "probe", Map.of("path", "no slash"))),
                config);
        assertThat(problems)
                .extracting(Problem::property)
                .containsExactlyInAnyOrder("repository", "cpu", "memory", "colour", "env.PORT", "env.A B", "probe");
    }

    @ParameterizedTest
    @CsvSource({"500m,0.5", "0.5,0.5", "2,2.0", "1500m,1.5"})
    void readsCores(String text, double cores) {
        assertThat(Quantity.cores(text)).isEqualTo(cores);
    }

    @ParameterizedTest
    @CsvSource({"256Mi,268435456", "1Gi,1073741824", "1G,1000000000", "512k,512000"})
    void readsBytes(String text, long bytes) {
        assertThat(Quantity.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Mi", "-1", "1 Gi", "1e9", "0x10", "9999999999999999", "1.5.2", "1Pi", "NaN"})
    void refusesWhatIsNoQuantity(String text) {
        assertThat(Quantity.bytes(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://github.com/o/r",
                "file:///etc",
                "/etc",
                "ext::sh -c id",
                "ssh://git@github.com/o/r",
                "https://127.0.0.1/o/r",
                "https://localhost/o/r",
                "https://10.0.0.1/o/r",
                "https://169.254.169.254/latest",
                "https://[::1]/o/r",
                "https://[::ffff:127.0.0.1]/o/r",
                "https://[fd00::1]/o/r",
                "https://2130706433/o/r",
                "https://user:password@github.com/o/r",
                "https:///o/r",
                "/srv/git-other/r",
                "/srv/git/../../etc"
            })
    void refusesRepositoriesThatLeadInside(String repository) {
        assertThat(new Repositories(() -> List.of("/srv/git"), () -> 5).objection(repository))
                .isNotNull();
    }

    @Test
    void takesAPrefixTheOperatorAllows() {
        assertThat(new Repositories(() -> CommaList.of(" /srv/git ", ""), () -> 5).objection("/srv/git/shop"))
                .isNull();
    }
}
