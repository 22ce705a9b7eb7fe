package org.platformforge.extension.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.platformforge.extension.verifier.Signatures;

/** Signs the extension; the signature goes into a file beside it, with {@code .sig}. */
@Mojo(name = "sign", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
public final class SignMojo extends ArtifactMojo {
    /** The private key {@code keygen} made. */
    @Parameter(property = "forge.key", required = true, defaultValue = "${user.home}/.platform-forge/publisher.pem")
    private File key;

    public SignMojo() {}

    SignMojo(Path artifact, Path key) {
        super(artifact);
        this.key = key.toFile();
    }

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        Verified verified = verified();
        Path signature = signatureOf(verified.file());
        try {
            Files.writeString(
                    signature,
                    Signatures.sign(
                                    Signatures.privateKey(Files.readString(key.toPath())),
                                    verified.manifest().id(),
                                    verified.manifest().version(),
                                    verified.verification().sha256())
                            + "\n");
        } catch (InvalidKeyException e) {
            throw new MojoExecutionException(key + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new MojoExecutionException(
                    "Neither signed nor written; is there a key at " + key + "? forge:keygen makes one", e);
        }
        getLog().info("Signed: " + signature);
    }
}
