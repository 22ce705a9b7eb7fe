package org.platformforge.extension.maven;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;

/** Publishes the extension, with its signature when there is one. */
@Mojo(name = "publish", threadSafe = true)
public final class PublishMojo extends ArtifactMojo {
    /** The platform. */
    @Parameter(property = "forge.url", required = true, defaultValue = "http://localhost:8181")
    private String url;

    /** Entry of {@code settings.xml} whose password is an API token, when the variable FORGE_TOKEN is not set. */
    @Parameter(property = "forge.server", required = true, defaultValue = "platform-forge")
    private String server;

    @Parameter(defaultValue = "${settings}", readonly = true)
    private Settings settings;

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        Verified verified = verified();
        Path signature = signatureOf(verified.file());
        String token = token().orElseThrow(() ->
                new MojoExecutionException("There is no API token: set FORGE_TOKEN, or the password of the server "
                        + server + " in settings.xml"));
        try {
            Optional<String> signed = Files.exists(signature)
                    ? Optional.of(Files.readString(signature).strip())
                    : Optional.empty();
            if (signed.isEmpty()) {
                getLog().warn("The extension is not signed: most platforms refuse to install it");
            }
            JsonNode answer = new PlatformClient(URI.create(url)).as(token).publish(verified.file(), signed);
            getLog().info(verified.manifest().id() + " " + verified.manifest().version() + " is "
                    + (answer.path("created").asBoolean() ? "published" : "published already, with the same content"));
        } catch (PlatformClient.RefusedException e) {
            throw new MojoFailureException(e.getMessage(), e);
        } catch (ConnectException e) {
            throw new MojoExecutionException("Nobody answers at " + url, e);
        } catch (IOException | IllegalArgumentException e) {
            throw new MojoExecutionException(url + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MojoExecutionException("Interrupted", e);
        }
    }

    private Optional<String> token() {
        String variable = System.getenv("FORGE_TOKEN");
        if (variable != null && !variable.isBlank()) {
            return Optional.of(variable.strip());
        }
        return Optional.ofNullable(settings).map(one -> one.getServer(server)).map(Server::getPassword);
    }
}
