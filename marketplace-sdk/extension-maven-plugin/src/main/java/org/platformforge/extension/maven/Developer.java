package org.platformforge.extension.maven;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Map;
import java.util.UUID;
import org.platformforge.extension.maven.PlatformClient.RefusedException;
import org.platformforge.extension.verifier.Signatures;

/**
 * A developer on a local platform, with a tenant, an API token and a publisher whom the operator trusts, all made through the public
 * API when they are first needed and kept in the platform's data folder.
 *
 * @param key of the publisher, on this instance only
 */
record Developer(PlatformClient client, String token, PrivateKey key) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Developer on(LocalPlatform platform, String namespace)
            throws IOException, InterruptedException, RefusedException {
        PlatformClient anybody = new PlatformClient(platform.url());
        Path kept = platform.data().resolve("developer.token");
        if (!Files.isRegularFile(kept)) {
            secret(kept, register(anybody));
        }
        String token = Files.readString(kept);
        PlatformClient client = anybody.as(token);
        String publisher = "/api/v1/marketplace/publishers/" + namespace;
        PrivateKey key = key(platform.data().resolve(namespace + ".pem"), client, publisher, namespace);
        operator(anybody, platform.data()).send("PUT", publisher + "/trust", null);
        return new Developer(client, token, key);
    }

    /** The token is nobody's to read. */
    @Override
    public String toString() {
        return "Developer";
    }

    /** Writes a file that nobody else can read. */
    static void secret(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /** @return an API token of somebody new in a tenant of their own */
    private static String register(PlatformClient anybody) throws IOException, InterruptedException, RefusedException {
        JsonNode account = anybody.send(
                "POST",
                "/api/v1/auth/register",
                Map.of(
                        "email", "developer@example.com",
                        "password", UUID.randomUUID().toString(),
                        "name", "Developer"));
        return anybody.as(account.path("access_token").asText())
                .send("POST", "/api/v1/auth/api-keys", Map.of("name", "forge:run"))
                .path("secret")
                .asText();
    }

    private static PrivateKey key(Path file, PlatformClient client, String publisher, String namespace)
            throws IOException, InterruptedException, RefusedException {
        try {
            if (!Files.isRegularFile(file)) {
                KeyPair pair = Signatures.generate();
                // an earlier run may have ended between the two
                boolean there = client.get("/api/v1/marketplace/publishers")
                        .path("publishers")
                        .findValuesAsText("namespace")
                        .contains(namespace);
                if (!there) {
                    client.send(
                            "POST",
                            "/api/v1/marketplace/publishers",
                            Map.of("namespace", namespace, "name", namespace));
                }
                client.send(
                        "POST",
                        publisher + "/keys",
                        Map.of("name", "forge:run", "public_key", Signatures.pem(pair.getPublic())));
                Signatures.write(pair.getPrivate(), file);
            }
            return Signatures.privateKey(Files.readString(file));
        } catch (InvalidKeyException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static PlatformClient operator(PlatformClient anybody, Path data)
            throws IOException, InterruptedException, RefusedException {
        JsonNode credential = JSON.readTree(Files.readString(data.resolve("bootstrap-admin.json")));
        JsonNode session = anybody.send(
                "POST",
                "/api/v1/auth/login",
                Map.of(
                        "email", credential.path("email").asText(),
                        "password", credential.path("password").asText()));
        return anybody.as(session.path("access_token").asText());
    }
}
