package org.platformforge.driver.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.platformforge.extension.api.driver.DriverException;

/**
 * Fetches an application's repository with JGit: one commit, without history. Only {@code https} to public addresses,
 * unless the operator allows a prefix; redirects are not followed, and a name is looked at again when it is connected to,
 * so that neither leads inside.
 */
final class Repositories {
    private static final String HEAD = "HEAD";

    private final Supplier<List<String>> allowed;
    private final IntSupplier timeoutSeconds;
    private final Resolver resolver;

    /** Looks a host's addresses up. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /** With settings that may change at any time. */
    Repositories(Supplier<List<String>> allowed, IntSupplier timeoutSeconds) {
        this(allowed, timeoutSeconds, InetAddress::getAllByName);
    }

    Repositories(Supplier<List<String>> allowed, IntSupplier timeoutSeconds, Resolver resolver) {
        this.resolver = resolver;
        this.allowed = allowed;
        this.timeoutSeconds = timeoutSeconds;
    }

    /** Why the repository may not be fetched, null when it may. */
    String objection(String repository) {
        String address = address(repository);
        if (isAllowed(address)) {
            return null;
        }
        try {
            URI uri = new URI(address);
            if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
                return "must be an https address, such as https://github.com/owner/repo";
            }
            if (uri.getUserInfo() != null) {
                return "must not hold a user name or a password";
            }
            for (InetAddress target : resolver.addresses(uri.getHost())) {
                if (PublicConnections.isInside(target)) {
                    return "its host has an address that is not public";
                }
            }
            return null;
        } catch (URISyntaxException e) {
            return "is not an address";
        } catch (UnknownHostException e) {
            return "its host cannot be found";
        }
    }

    private boolean isAllowed(String address) {
        return allowed.get().stream().anyMatch(prefix -> covers(prefix, address));
    }

    /** Puts the commit's files into an empty or missing directory. */
    void fetch(String repository, String ref, Path directory) throws DriverException {
        String objection = objection(repository);
        if (objection != null) {
            throw new DriverException("REPOSITORY_REFUSED", "The repository " + objection, false, null);
        }
        try (Git git = Git.init().setDirectory(directory.toFile()).call()) {
            StoredConfig config = git.getRepository().getConfig();
            config.setString("http", null, "followRedirects", "false");
            config.save();
            git.fetch()
                    .setRemote(address(repository))
                    .setRefSpecs(new RefSpec((ref == null ? HEAD : ref) + ":refs/forge/deployed"))
                    .setDepth(1)
                    .setTimeout(timeoutSeconds.getAsInt())
                    .setTransportConfigCallback(transport -> guard(transport, address(repository)))
                    .call();
            git.checkout().setName("refs/forge/deployed").setForced(true).call();
        } catch (GitAPIException | IOException e) {
            throw new DriverException(
                    "REPOSITORY_UNREACHABLE", "The repository cannot be fetched: " + reason(e), false, e);
        }
    }

    private void guard(Transport transport, String address) {
        if (!isAllowed(address) && transport instanceof TransportHttp http) {
            http.setHttpConnectionFactory(new PublicConnections());
        }
    }

    private static String reason(Exception e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(e.getMessage()) + (root == e ? "" : ": " + root.getMessage());
        return message.length() > 300 ? message.substring(0, 300) : message;
    }

    /** Documents write {@code github.com/org/app}: a host without a scheme means https. */
    private static String address(String repository) {
        boolean bare = !repository.contains("://") && !repository.startsWith("/");
        return bare ? "https://" + repository : repository;
    }

    private static boolean covers(String prefix, String address) {
        return !address.contains("..")
                && (address.equals(prefix) || address.startsWith(prefix.endsWith("/") ? prefix : prefix + "/"));
    }
}
