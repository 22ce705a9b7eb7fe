package org.platformforge.kernel.license;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.license.LicenseStatus.State;

class LicensesTest {
    private static final long CORE = 1;
    private static final long BILLING = 2;
    private static final long TELEMETRY = 3;

    @TempDir
    Path folder;

    private final Vendor vendor;
    private final SetClock clock = new SetClock();
    private SortedSet<String> provided;
    private Licenses licenses;

    LicensesTest() throws Exception {
        vendor = new Vendor();
    }

    private static final class SetClock extends Clock {
        Instant now = Instant.parse("2026-06-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @BeforeEach
    void start() throws Exception {
        licenses = new Licenses(
                new LicenseFolder(folder),
                vendor.keys(),
                clock,
                Set.of("forge-core", "forge-admin"),
                bundle -> bundle == BILLING
                        ? Set.of("forge-billing")
                        : bundle == TELEMETRY ? Set.of("forge-telemetry") : Set.of("forge-core"),
                sets -> provided = sets);
        licenses.load();
    }

    @Test
    void runsTheCommunitySetWithoutALicence() {
        assertThat(licenses.status().state()).isEqualTo(State.COMMUNITY);
        assertThat(provided).isEmpty();
        assertThatCode(() -> licenses.requireWritable(CORE)).doesNotThrowAnyException();
        assertThatCode(() -> licenses.requireRoom("tenants", () -> Long.MAX_VALUE))
                .doesNotThrowAnyException();
        assertThat(code(() -> licenses.requireWritable(BILLING))).isEqualTo("LICENSE_READ_ONLY");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void provideWhatTheLicenceNamesAtOnceAndAfterARestart() throws Exception {
        licenses.install(vendor.sign(Vendor.terms()));

        assertThat(provided).containsExactly("forge-billing");
        assertThat(licenses.status().featureSets()).containsExactly("forge-admin", "forge-billing", "forge-core");
        assertThatCode(() -> licenses.requireWritable(BILLING)).doesNotThrowAnyException();
        assertThat(code(() -> licenses.requireWritable(TELEMETRY))).isEqualTo("LICENSE_READ_ONLY");

        start();
        assertThat(licenses.status().state()).isEqualTo(State.VALID);
        assertThat(provided).contains("forge-billing");
    }

    @Test
    void limitsWhatTheLicenceLimits() throws Exception {
        licenses.install(vendor.sign("limits", Map.of("tenants", 3)));

        assertThatCode(() -> licenses.requireRoom("tenants", () -> 2)).doesNotThrowAnyException();
        assertThatCode(() -> licenses.requireRoom("users", () -> 1_000_000)).doesNotThrowAnyException();
        assertThat(code(() -> licenses.requireRoom("tenants", () -> 3))).isEqualTo("LICENSE_LIMIT");
    }

    @Test
    void goesFromValidOverGraceToReadOnlyAndNeverStopsProviding() throws Exception {
        licenses.install(vendor.sign(Vendor.terms()));
        assertThat(licenses.status().warnings()).isEmpty();

        clock.now = Instant.parse("2026-12-20T00:00:00Z");
        assertThat(licenses.status().state()).isEqualTo(State.VALID);
        assertThat(licenses.status().warnings()).singleElement().asString().contains("ends at 2027-01-01");

        clock.now = Instant.parse("2027-01-15T00:00:00Z");
        assertThat(licenses.status().state()).isEqualTo(State.GRACE);
        assertThat(licenses.status().warnings()).singleElement().asString().contains("read only at 2027-01-31");
        assertThatCode(() -> licenses.requireWritable(BILLING)).doesNotThrowAnyException();

        clock.now = Instant.parse("2027-02-01T00:00:00Z");
        assertThat(code(() -> licenses.requireWritable(BILLING))).isEqualTo("LICENSE_READ_ONLY");
        assertThatCode(() -> licenses.requireWritable(CORE)).doesNotThrowAnyException();
        start();
        assertThat(licenses.status().state()).isEqualTo(State.EXPIRED);
        assertThat(provided).as("data stays readable").contains("forge-billing");
    }

    @Test
    void aClockThatIsSetBackProlongsNothingAndIsNoticed() throws Exception {
        licenses.install(vendor.sign(Vendor.terms()));
        clock.now = Instant.parse("2027-02-01T00:00:00Z");
        licenses.noteTime();

        clock.now = Instant.parse("2026-06-01T00:00:00Z");
        assertThat(licenses.status().state()).isEqualTo(State.EXPIRED);
        assertThat(licenses.status().warnings()).anyMatch(warning -> warning.contains("clock was set back"));
        start();
        assertThat(licenses.status().state()).isEqualTo(State.EXPIRED);
        assertThat(licenses.status().warnings()).anyMatch(warning -> warning.contains("clock was set back"));
    }

    @Test
    void namesEachReasonToRefuseAndKeepsWhatIsThere() throws Exception {
        licenses.install(vendor.sign("serial", 5));

        assertThat(refusal(vendor.sign("serial", 4))).isEqualTo("LICENSE_DOWNGRADED");
        assertThat(refusal(vendor.sign(Map.of(
                        "id", "lic_2",
                        "serial", 9,
                        "customer", "Acme",
                        "issued_at", "2026-01-01T00:00:00Z",
                        "not_before", "2026-07-01T00:00:00Z",
                        "expires_at", "2027-01-01T00:00:00Z",
                        "feature_sets", List.of()))))
                .isEqualTo("LICENSE_NOT_YET_VALID");
        Map<String, Object> old = Vendor.terms();
        old.put("serial", 9);
        old.put("expires_at", "2026-03-01T00:00:00Z");
        assertThat(refusal(vendor.sign(old))).isEqualTo("LICENSE_EXPIRED");
        old.put("expires_at", "2027-03-01T00:00:00Z");
        old.put("installation", "inst_elsewhere");
        assertThat(refusal(vendor.sign(old))).isEqualTo("LICENSE_WRONG_INSTALLATION");
        assertThat(refusal(new Vendor().sign(Vendor.terms()))).isEqualTo("LICENSE_UNKNOWN_KEY");
        assertThat(refusal("{".getBytes())).isEqualTo("LICENSE_CORRUPTED");

        assertThat(licenses.status().serial()).isEqualTo(5);
        assertThat(licenses.status().state()).isEqualTo(State.VALID);
    }

    @Test
    void acceptsALicenceForThisInstallation() throws Exception {
        Map<String, Object> terms = Vendor.terms();
        terms.put("installation", licenses.installation());

        licenses.install(vendor.sign(terms));
        start();

        assertThat(licenses.status().state()).isEqualTo(State.VALID);
    }

    @Test
    void failsClosedWhenTheFileIsExchanged() throws Exception {
        licenses.install(vendor.sign("serial", 5));

        Files.write(folder.resolve("license.json"), vendor.sign("serial", 4));
        start();
        assertThat(licenses.status().state()).isEqualTo(State.INVALID);
        assertThat(licenses.status().problem()).contains("serial 4");
        assertThat(provided).isEmpty();
        assertThat(code(() -> licenses.requireWritable(BILLING))).isEqualTo("LICENSE_READ_ONLY");

        Files.writeString(folder.resolve("license.json"), "{}");
        start();
        assertThat(licenses.status().state()).isEqualTo(State.INVALID);
        assertThat(provided).isEmpty();
    }

    private String refusal(byte[] file) {
        assertThat(code(() -> licenses.verify(file))).isEqualTo(code(() -> licenses.install(file)));
        return code(() -> licenses.verify(file));
    }

    private static String code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(PlatformException.class, call).code().orElse("");
    }
}
