package org.platformforge.extension.maven;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.platformforge.extension.maven.PlatformClient.RefusedException;
import org.platformforge.extension.verifier.ExtensionManifest;
import org.platformforge.extension.verifier.ExtensionVerifier;
import org.platformforge.extension.verifier.Finding;
import org.platformforge.extension.verifier.Signatures;
import org.platformforge.extension.verifier.Verification;

/**
 * Publishes and installs copies of an extension for its developer, each as a version of its own: checked, signed, published and
 * installed as any other, so that what runs here runs anywhere.
 */
final class Workbench {
    private static final String MARKETPLACE = "/api/v1/marketplace/";
    private static final int WAIT_SECONDS = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Developer developer;
    private final DevelopmentCopy copy;
    private final Path artifact;
    private final Optional<Path> settings;

    /** What stands against the extension. */
    static final class NotAcceptedException extends Exception {
        private static final long serialVersionUID = 1L;

        NotAcceptedException(List<Finding> findings) {
            super(String.join(
                    System.lineSeparator(),
                    findings.stream().map(Finding::toString).toList()));
        }
    }

    /**
     * @param artifact where copies are written
     * @param settings a JSON file with the tenant's settings of the extension
     */
    Workbench(Developer developer, DevelopmentCopy copy, Path artifact, Optional<Path> settings) {
        this.developer = developer;
        this.copy = copy;
        this.artifact = artifact;
        this.settings = settings;
    }

    /** Brings the folders' content into the place of what runs. @return the version it has got */
    String reload() throws IOException, InterruptedException, RefusedException, NotAcceptedException {
        ExtensionManifest manifest = copy.manifest();
        String version = DevelopmentCopy.next(manifest.version(), versions(manifest.id()));
        publish(version);
        install(manifest, version);
        return version;
    }

    private List<String> versions(String id) throws IOException, InterruptedException, RefusedException {
        List<String> versions = new ArrayList<>();
        lookup(MARKETPLACE + "extensions/" + id + "/versions")
                .ifPresent(list -> list.path("versions")
                        .forEach(one -> versions.add(one.path("version").asText())));
        return versions;
    }

    /** Empty when there is none. */
    private Optional<JsonNode> lookup(String path) throws IOException, InterruptedException, RefusedException {
        try {
            return Optional.of(developer.client().get(path));
        } catch (RefusedException e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void publish(String version)
            throws IOException, InterruptedException, RefusedException, NotAcceptedException {
        Files.write(artifact, copy.pack(version));
        Verification verification = new ExtensionVerifier().verify(artifact);
        if (!verification.accepted()) {
            throw new NotAcceptedException(verification.errors());
        }
        String id = verification.manifest().orElseThrow().id();
        try {
            String signature = Signatures.sign(developer.key(), id, version, verification.sha256());
            developer.client().publish(artifact, Optional.of(signature));
        } catch (InvalidKeyException e) {
            throw new IOException(e);
        }
    }

    private void install(ExtensionManifest manifest, String version)
            throws IOException, InterruptedException, RefusedException {
        Map<String, Object> wish = new LinkedHashMap<>();
        wish.put("version", version);
        wish.put("accepted_permissions", permissions(manifest.permissions()));
        if (settings.isPresent()) {
            wish.put("configuration", JSON.readTree(settings.get().toFile()));
        }
        String installation = MARKETPLACE + "installations/" + manifest.id();
        String action = lookup(installation).isPresent()
                ? installation + "/upgrade"
                : MARKETPLACE + "extensions/" + manifest.id() + "/install";
        JsonNode accepted = developer.client().send("POST", action, wish);
        await(accepted.path("operation").asText());
    }

    /** The author accepts what they ask for. */
    private static Set<String> permissions(ExtensionManifest.Permissions asked) {
        Set<String> all = new TreeSet<>();
        asked.events().forEach(one -> all.add("events:" + one));
        asked.network().forEach(one -> all.add("network:" + one));
        asked.unsafe().forEach(one -> all.add("unsafe:" + one));
        return all;
    }

    private void await(String operation) throws IOException, InterruptedException, RefusedException {
        JsonNode state;
        do {
            state = developer.client().get(operation + "/wait?timeout=" + WAIT_SECONDS);
        } while (!state.hasNonNull("finished_at"));
        if (!state.path("status").asText().equals("completed")) {
            throw new RefusedException(
                    200,
                    "It does not start: " + state.path("error").path("message").asText());
        }
    }

    /** The extension's routes for the tenant, each as {@code GET /api/v1/ext/…}; sorted. */
    Set<String> routes(String id) throws IOException, InterruptedException, RefusedException {
        Set<String> routes = new TreeSet<>();
        developer
                .client()
                .get("/api/v1/openapi.json")
                .path("paths")
                .properties()
                .forEach(path -> {
                    if (path.getKey().startsWith("/api/v1/ext/" + id + "/")) {
                        path.getValue()
                                .fieldNames()
                                .forEachRemaining(
                                        method -> routes.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey()));
                    }
                });
        return routes;
    }
}
