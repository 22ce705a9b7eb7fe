package org.platformforge.extension.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.platformforge.extension.verifier.Signatures;

/** Makes the key pair a publisher signs with; an existing one is never overwritten. */
@Mojo(name = "keygen", requiresProject = false, threadSafe = true)
public final class KeygenMojo extends AbstractMojo {
    /** Where the private key goes; the public one goes beside it, with {@code .pub}. */
    @Parameter(property = "forge.key", required = true, defaultValue = "${user.home}/.platform-forge/publisher.pem")
    private File key;

    public KeygenMojo() {}

    KeygenMojo(Path key) {
        this.key = key.toFile();
    }

    @Override
    public void execute() throws MojoExecutionException {
        Path secret = key.toPath().toAbsolutePath();
        Path folder = secret.getParent();
        if (folder == null) {
            throw new MojoExecutionException(key + " is a folder");
        }
        Path open = secret.resolveSibling(secret.getFileName() + ".pub");
        KeyPair pair = Signatures.generate();
        try {
            Files.createDirectories(folder);
            Signatures.write(pair.getPrivate(), secret);
            Files.writeString(open, Signatures.pem(pair.getPublic()));
        } catch (FileAlreadyExistsException e) {
            throw new MojoExecutionException("There is a key already: " + secret, e);
        } catch (IOException e) {
            throw new MojoExecutionException("The key cannot be written: " + e.getMessage(), e);
        }
        getLog().info("Private key, for nobody else: " + secret);
        getLog().info("Public key, to be registered with the marketplace: " + open);
    }
}
