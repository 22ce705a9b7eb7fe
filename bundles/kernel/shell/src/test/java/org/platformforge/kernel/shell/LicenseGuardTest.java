package org.platformforge.kernel.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.license.Licensing;

class LicenseGuardTest {
    private static final long BUNDLE = 71;

    private final List<Object> asked = new ArrayList<>();
    private final Licensing ended = answering(Licensing.class, Map.of("requireWritable", arguments -> {
        asked.add(arguments[0]);
        throw PlatformException.of(ErrorKind.FORBIDDEN, "forge-billing is read only")
                .withCode("LICENSE_READ_ONLY");
    }));

    private static class Changing {}

    @RunsReadOnly
    private static class Reading {}

    /** What changes something says so by saying nothing, also where the command it is made from only reads. */
    private static class ChangingAsWell extends Reading {}

    @Test
    void refusesWhatChangesSomethingOfASetWhoseLicenceHasRunOut() {
        for (Class<?> command : List.of(Changing.class, ChangingAsWell.class)) {
            assertThatExceptionOfType(PlatformException.class)
                    .isThrownBy(() -> LicenseGuard.requireRunnable(command, ofSet(true), List.of(ended)))
                    .satisfies(refusal -> assertThat(refusal.code()).contains("LICENSE_READ_ONLY"));
        }
        assertThat(asked).containsExactly(BUNDLE, BUNDLE);
    }

    @Test
    void letsWhatReadsRunAndWhatBelongsToNoSet() {
        assertThatCode(() -> {
                    LicenseGuard.requireRunnable(Reading.class, ofSet(true), List.of(ended));
                    LicenseGuard.requireRunnable(Reading.class, ofSet(true), List.of());
                    LicenseGuard.requireRunnable(Changing.class, ofSet(false), List.of(ended));
                    LicenseGuard.requireRunnable(Changing.class, ofSet(false), List.of());
                    LicenseGuard.requireRunnable(Changing.class, null, List.of(ended));
                })
                .doesNotThrowAnyException();
        assertThat(asked).isEmpty();
    }

    @Test
    void changesNothingOfASetWhileNobodyCanBeAsked() {
        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> LicenseGuard.requireRunnable(Changing.class, ofSet(true), List.of()))
                .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(ErrorKind.UNAVAILABLE));
    }

    @Test
    void letsWhatChangesSomethingRunUnderALicence() {
        Licensing valid = answering(Licensing.class, Map.of("requireWritable", arguments -> {
            asked.add(arguments[0]);
            return null;
        }));
        LicenseGuard.requireRunnable(Changing.class, ofSet(true), List.of(valid));
        assertThat(asked).containsExactly(BUNDLE);
    }

    private static Bundle ofSet(boolean ofSet) {
        List<BundleRequirement> requirements =
                ofSet ? List.of(answering(BundleRequirement.class, Map.of())) : List.of();
        BundleRevision revision = answering(
                BundleRevision.class,
                Map.of(
                        "getDeclaredRequirements",
                        arguments -> Licensing.NAMESPACE.equals(arguments[0]) ? requirements : List.of()));
        return answering(Bundle.class, Map.of("getBundleId", arguments -> BUNDLE, "adapt", arguments -> revision));
    }

    private static <T> T answering(Class<T> type, Map<String, Function<Object[], Object>> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.get(method.getName()).apply(arguments)));
    }
}
