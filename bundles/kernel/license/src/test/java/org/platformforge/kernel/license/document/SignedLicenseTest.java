package org.platformforge.kernel.license.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.license.Vendor;

class SignedLicenseTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vendor vendor;

    SignedLicenseTest() throws Exception {
        vendor = new Vendor();
    }

    @Test
    void readsBackWhatWasSigned() throws Exception {
        License license = SignedLicense.read(vendor.sign(Vendor.terms())).verified(vendor.keys());

        assertThat(license.customer()).isEqualTo("Acme GmbH");
        assertThat(license.featureSets()).containsExactly("forge-billing");
        assertThat(license.limits()).isEqualTo(Map.of("tenants", 3L));
        assertThat(license.notBefore()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(license.readOnlyFrom()).isEqualTo(Instant.parse("2027-01-31T00:00:00Z"));
        assertThat(license.installation()).isNull();
    }

    @Test
    void countsAfterItsJsonWasWrittenAnew() throws Exception {
        byte[] compact = JSON.writeValueAsBytes(JSON.readTree(vendor.sign(Vendor.terms())));

        assertThat(SignedLicense.read(compact).verified(vendor.keys()).serial()).isEqualTo(1);
    }

    @Test
    void countsForNothingWhateverByteIsChanged() throws Exception {
        byte[] file = JSON.writeValueAsBytes(JSON.readTree(vendor.sign(Vendor.terms())));
        for (int i = 0; i < file.length; i++) {
            byte[] changed = file.clone();
            changed[i] ^= 1;

            assertThat(flaw(changed))
                    .as("byte %s: %s", i, new String(changed, StandardCharsets.ISO_8859_1))
                    .isIn(LicenseFlaw.values());
        }
    }

    @Test
    void namesAKeyItDoesNotTrust() throws Exception {
        assertThat(flaw(new Vendor().sign(Vendor.terms()))).isEqualTo(LicenseFlaw.UNKNOWN_KEY);
    }

    @Test
    void isNotFooledByTheIdOfATrustedKey() throws Exception {
        ObjectNode foreign = (ObjectNode) JSON.readTree(new Vendor().sign(Vendor.terms()));
        JsonNode own = JSON.readTree(vendor.sign(Vendor.terms()));
        ((ObjectNode) foreign.get("signature")).set("key_id", own.at("/signature/key_id"));

        assertThat(flaw(JSON.writeValueAsBytes(foreign))).isEqualTo(LicenseFlaw.BAD_SIGNATURE);
    }

    @Test
    void noticesTermsThatWereExchanged() throws Exception {
        ObjectNode file = (ObjectNode) JSON.readTree(vendor.sign(Vendor.terms()));
        ((ObjectNode) file.get("license")).put("expires_at", "2099-01-01T00:00:00Z");

        assertThat(flaw(JSON.writeValueAsBytes(file))).isEqualTo(LicenseFlaw.BAD_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"license\":{}}",
                "not json",
                "{\"license\":{},\"license\":{}}",
                "{\"license\":{\"format\":1},\"signature\":{\"algorithm\":\"Ed25519\",\"key_id\":\"a\",\"value\":\"\"}}",
                "{\"license\":[[[[[[[[[[]]]]]]]]]]}"
            })
    void namesWhatIsNoLicence(String text) {
        assertThat(flaw(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(LicenseFlaw.CORRUPTED);
    }

    @Test
    void refusesAFileNobodyWouldMake() {
        assertThat(flaw(new byte[SignedLicense.MAX_BYTES + 1])).isEqualTo(LicenseFlaw.CORRUPTED);
    }

    @Test
    void refusesTermsItDoesNotKnow() {
        assertThat(unsigned("only_on_sundays", true)).isEqualTo(LicenseFlaw.UNSUPPORTED_FORMAT);
        assertThat(unsigned("format", 2)).isEqualTo(LicenseFlaw.UNSUPPORTED_FORMAT);
    }

    @Test
    void theSignerRefusesTermsThatMakeNoLicence() {
        assertThat(unsigned("serial", 0)).isEqualTo(LicenseFlaw.CORRUPTED);
        assertThat(unsigned("serial", 1.5)).isEqualTo(LicenseFlaw.CORRUPTED);
        assertThat(unsigned("customer", " ")).isEqualTo(LicenseFlaw.CORRUPTED);
        assertThat(unsigned("expires_at", "tomorrow")).isEqualTo(LicenseFlaw.CORRUPTED);
        assertThat(unsigned("expires_at", "2025-01-01T00:00:00Z")).isEqualTo(LicenseFlaw.CORRUPTED);
        assertThat(unsigned("feature_sets", "forge-billing")).isEqualTo(LicenseFlaw.CORRUPTED);
        assertThat(unsigned("feature_sets", List.of("*"))).isEqualTo(LicenseFlaw.CORRUPTED);
        assertThat(unsigned("limits", Map.of("planets", 1))).isEqualTo(LicenseFlaw.CORRUPTED);
        assertThat(unsigned("limits", Map.of("users", -1))).isEqualTo(LicenseFlaw.CORRUPTED);
    }

    private LicenseFlaw unsigned(String name, Object value) {
        return catchThrowableOfType(LicenseException.class, () -> {
                    try {
                        vendor.sign(name, value);
                    } catch (IllegalArgumentException e) {
                        throw new LicenseException(LicenseFlaw.CORRUPTED, e.getMessage());
                    }
                })
                .flaw();
    }

    private LicenseFlaw flaw(byte[] file) {
        return catchThrowableOfType(
                        LicenseException.class, () -> SignedLicense.read(file).verified(vendor.keys()))
                .flaw();
    }
}
