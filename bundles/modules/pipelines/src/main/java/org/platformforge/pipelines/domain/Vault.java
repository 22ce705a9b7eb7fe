package org.platformforge.pipelines.domain;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Credentials;
import org.platformforge.kernel.api.security.Secrets;

/** What of a pipeline is secret, sealed for its row. Thread-safe. */
@Component(service = Vault.class)
public final class Vault {
    private static final String PURPOSE = "pipelines";
    private static final String HOOK = "pipelines.hook";
    private static final int BYTES = 32;

    private final Secrets secrets;
    private final SecureRandom random = new SecureRandom();

    @Activate
    public Vault(@Reference Secrets secrets) {
        this.secrets = secrets;
    }

    private static String row(String tenantId, String id) {
        return tenantId + "/" + id;
    }

    /** @return null when there is nothing to seal */
    String seal(String tenantId, String id, Credentials credentials) {
        return credentials.seal(secrets, PURPOSE, row(tenantId, id));
    }

    Credentials open(Pipeline pipeline) {
        return Credentials.open(secrets, PURPOSE, row(pipeline.tenantId(), pipeline.id()), pipeline.sealed());
    }

    /** Those of the pipeline's secret variables that a stage is given; one that is gone is left out. */
    Map<String, String> named(Pipeline pipeline, List<String> names) {
        Map<String, String> all = open(pipeline).variables();
        Map<String, String> given = new LinkedHashMap<>();
        names.stream().filter(all::containsKey).forEach(name -> given.put(name, all.get(name)));
        return given;
    }

    /** A new secret for webhooks, to be shown once. */
    String hookSecret() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    String sealHook(String tenantId, String id, String secret) {
        return secrets.seal(HOOK, row(tenantId, id), secret.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    byte[] openHook(Pipeline pipeline) {
        try {
            return secrets.open(HOOK, row(pipeline.tenantId(), pipeline.id()), pipeline.hookSecret());
        } catch (IllegalArgumentException e) {
            throw PlatformException.of(
                            ErrorKind.NOT_CONFIGURED, "The secrets were sealed with a key that this node does not have")
                    .withCause(e);
        }
    }
}
