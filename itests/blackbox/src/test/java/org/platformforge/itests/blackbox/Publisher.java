package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.util.Map;
import java.util.UUID;
import org.platformforge.extension.verifier.Signatures;
import org.platformforge.itests.extensions.Artifact;
import org.platformforge.itests.extensions.ExtensionBuilder;

/** A new tenant with a namespace and a key of its own. */
public final class Publisher {
    /** How namespaces of those begin whose extensions fail and misbehave; the log may tell of them. */
    static final String ROGUE = "rogue-";

    private final Platform platform;
    private final Marketplace marketplace;
    private final String namespace;
    private final KeyPair key = Signatures.generate();

    private Publisher(Platform platform, String prefix) {
        this.platform = platform;
        this.marketplace = Marketplace.register(platform);
        this.namespace = prefix + UUID.randomUUID().toString().substring(0, 8);
        Answer created =
                marketplace.post(Marketplace.ROOT + "publishers", Map.of("namespace", namespace, "name", "Somebody"));
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        Answer added = marketplace.post(
                Marketplace.ROOT + "publishers/" + namespace + "/keys",
                Map.of("name", "builds", "public_key", Signatures.pem(key.getPublic())));
        assertThat(added.status()).as(added.toString()).isEqualTo(201);
    }

    /** Whom nobody trusts. */
    public static Publisher untrusted(Platform platform, String prefix) {
        return new Publisher(platform, prefix);
    }

    /** Whom the operator trusts. @param prefix of the namespace */
    public static Publisher trusted(Platform platform, String prefix) {
        Publisher publisher = new Publisher(platform, prefix);
        publisher.trust();
        return publisher;
    }

    private void trust() {
        Account operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
        Answer trusted = platform.http()
                .send("PUT", Marketplace.ROOT + "publishers/" + namespace + "/trust", null, operator.bearer());
        assertThat(trusted.status()).as(trusted.toString()).isEqualTo(200);
    }

    public Marketplace marketplace() {
        return marketplace;
    }

    String namespace() {
        return namespace;
    }

    /** An extension's id. */
    public String id(String name) {
        return namespace + "." + name;
    }

    String signature(Artifact artifact) {
        return artifact.signature(key.getPrivate());
    }

    /** Signs and publishes it. */
    public Artifact publish(ExtensionBuilder extension) {
        Artifact artifact = extension.build();
        Answer answer = offer(artifact);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        return artifact;
    }

    /** Signs it and asks for its publication. */
    Answer offer(Artifact artifact) {
        return marketplace.publish(artifact, signature(artifact));
    }
}
