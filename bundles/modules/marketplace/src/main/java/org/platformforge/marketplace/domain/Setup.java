package org.platformforge.marketplace.domain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.platformforge.kernel.api.extension.ExtensionRelease.Tier;

/**
 * How a tenant runs a release.
 *
 * @param configuration settings with defaults, secret ones left out
 * @param sealedSecrets the secret ones, sealed; null without any
 * @param secretNames which secrets are set
 * @param accepted the permissions the tenant accepted
 * @param tier where the release was to run when the tenant chose it; one of an older platform ran in its process
 */
public record Setup(
        String releaseId,
        String version,
        String sha256,
        Map<String, Object> configuration,
        String sealedSecrets,
        Set<String> secretNames,
        Set<String> accepted,
        Tier tier) {

    public Setup {
        tier = tier == null ? Tier.T1 : tier;
    }

    Setup in(Tier other) {
        return new Setup(releaseId, version, sha256, configuration, sealedSecrets, secretNames, accepted, other);
    }

    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("release_id", releaseId);
        map.put("version", version);
        map.put("sha256", sha256);
        map.put("configuration", configuration);
        map.put("sealed_secrets", sealedSecrets);
        map.put("secret_names", List.copyOf(secretNames));
        map.put("accepted", List.copyOf(accepted));
        map.put("tier", tier.name());
        return map;
    }

    @SuppressWarnings("unchecked") // written by toMap
    public static Setup of(Map<String, Object> map) {
        return new Setup(
                (String) map.get("release_id"),
                (String) map.get("version"),
                (String) map.get("sha256"),
                (Map<String, Object>) map.get("configuration"),
                (String) map.get("sealed_secrets"),
                new TreeSet<>((List<String>) map.get("secret_names")),
                new TreeSet<>((List<String>) map.get("accepted")),
                map.get("tier") instanceof String tier ? Tier.valueOf(tier) : Tier.T1);
    }
}
