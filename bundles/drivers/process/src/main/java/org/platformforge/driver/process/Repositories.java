package org.platformforge.driver.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.transport.RefSpec;
import org.platformforge.extension.api.driver.DriverException;

/**
 * Fetches an application's repository with JGit: one commit, without history. Only {@code https} to public addresses,
 * unless the operator allows a prefix; redirects to another host are not followed, so that neither leads inside.
 */
final class Repositories {
    private static final String HEAD = "HEAD";

    private final List<String> allowed;
    private final int timeoutSeconds;

    Repositories(List<String> allowed, int timeoutSeconds) {
        this.allowed = List.copyOf(allowed);
        this.timeoutSeconds = timeoutSeconds;
    }

    /** Why the repository may not be fetched, null when it may. */
    String objection(String repository) {
        String address = address(repository);
        if (allowed.stream().anyMatch(prefix -> covers(prefix, address))) {
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
            for (InetAddress target : InetAddress.getAllByName(uri.getHost())) {
                if (inside(target)) {
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
                    .setTimeout(timeoutSeconds)
                    .call();
            git.checkout().setName("refs/forge/deployed").setForced(true).call();
        } catch (GitAPIException | IOException e) {
            throw new DriverException(
                    "REPOSITORY_UNREACHABLE", "The repository cannot be fetched: " + reason(e), false, e);
        }
    }

    private static String reason(Exception e) {
        String message = String.valueOf(e.getMessage());
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

    private static boolean inside(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xFE) == 0xFC;
        boolean shared = bytes.length == 4 && (bytes[0] & 0xFF) == 100 && (bytes[1] & 0xC0) == 64;
        boolean nat64 = bytes.length == 16 && bytes[0] == 0 && bytes[1] == 0x64;
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || uniqueLocal
                || shared
                || nat64
                || (bytes.length == 4 && bytes[0] == 0);
    }
}
