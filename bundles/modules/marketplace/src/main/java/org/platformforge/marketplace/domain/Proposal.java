package org.platformforge.marketplace.domain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRuntime;

/**
 * What an installation or upgrade would do, and everything that speaks against it.
 *
 * @param tier where it would run; null when it may run nowhere
 * @param fields what is wrong with the configuration
 * @param missing permissions the release asks for and the tenant did not accept
 * @param along what is installed with it, in this order
 * @param plan the runtime's, of the release itself
 * @param warnings what publishers say of this version, and of what is installed with it; only where a plan was asked for
 */
public record Proposal(
        Release release,
        Setup setup,
        Release.Signature signature,
        Publisher publisher,
        ExtensionRelease.Tier tier,
        List<FieldError> fields,
        Set<String> missing,
        List<Dependency> dependencies,
        List<Problem> problems,
        List<Proposal> along,
        ExtensionRuntime.Plan plan,
        List<Standing.Warning> warnings) {

    /**
     * @param installed the version the tenant runs, or null
     * @param available the best one in the catalogue, or null
     */
    public record Dependency(String extensionId, String range, String installed, String available, boolean satisfied) {}

    /** @param code stable, such as {@code NOT_TRUSTED} */
    public record Problem(String code, String message) {
        public Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("code", code);
            map.put("message", message);
            return map;
        }
    }

    Proposal with(List<Standing.Warning> told) {
        return new Proposal(
                release, setup, signature, publisher, tier, fields, missing, dependencies, problems, along, plan, told);
    }

    public boolean valid() {
        return fields.isEmpty() && missing.isEmpty() && problems.isEmpty();
    }

    /** @throws PlatformException for the worst that speaks against it, with the rest in its details */
    void require() {
        if (!fields.isEmpty()) {
            throw detailed(PlatformException.invalid("The configuration does not fit the extension", fields));
        }
        if (!missing.isEmpty()) {
            throw detailed(PlatformException.of(
                            ErrorKind.UNPROCESSABLE,
                            "The extension asks for permissions that were not accepted: " + String.join(", ", missing))
                    .withCode("PERMISSIONS_NOT_ACCEPTED"));
        }
        if (!problems.isEmpty()) {
            throw detailed(
                    PlatformException.of(ErrorKind.CONFLICT, problems.get(0).message())
                            .withCode(problems.get(0).code()));
        }
    }

    /** Of all that would be installed. */
    private Set<String> required() {
        Set<String> required = new TreeSet<>(release.manifest().permissions());
        along.forEach(one -> required.addAll(one.required()));
        return required;
    }

    private PlatformException detailed(PlatformException refusal) {
        PlatformException result = refusal;
        if (!missing.isEmpty()) {
            result = result.withDetail("missing_permissions", new ArrayList<>(missing))
                    .withDetail("required_permissions", new ArrayList<>(required()));
        }
        if (!problems.isEmpty()) {
            result = result.withDetail(
                    "problems", problems.stream().map(Problem::toMap).toList());
        }
        return result;
    }
}
