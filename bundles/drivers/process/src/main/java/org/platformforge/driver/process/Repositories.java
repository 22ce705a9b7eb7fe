package org.platformforge.driver.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.TransportConfigCallback;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.platformforge.extension.api.driver.DriverException;

/**
 * Fetches an application's repository with JGit: one commit, without history. Only {@code https} to public addresses,
 * unless the operator allows a prefix; redirects are not followed, and a name is looked at again when it is connected to,
 * so that neither leads inside.
 */
final class Repositories {
    private static final String HEAD = "HEAD";
    private static final String DEPLOYED = "refs/forge/deployed";

    private final Supplier<List<String>> allowed;
    private final Supplier<List<String>> mirrors;
    private final IntSupplier timeoutSeconds;
    private final Resolver resolver;

    /** Looks a host's addresses up. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /** With the settings as they are at each call. */
    static Repositories of(ProcessConfig config) {
        return new Repositories(
                () -> CommaList.of(config.repository_allowed()),
                () -> CommaList.of(config.repository_mirrors()),
                config::repository_timeout_seconds,
                InetAddress::getAllByName);
    }

    /** With settings that may change at any time. */
    Repositories(Supplier<List<String>> allowed, IntSupplier timeoutSeconds) {
        this(allowed, timeoutSeconds, InetAddress::getAllByName);
    }

    Repositories(Supplier<List<String>> allowed, IntSupplier timeoutSeconds, Resolver resolver) {
        this(allowed, List::of, timeoutSeconds, resolver);
    }

    /** @param mirrors {@code <prefix>=<other prefix>}: where repositories are really fetched from; allowed thereby */
    Repositories(
            Supplier<List<String>> allowed,
            Supplier<List<String>> mirrors,
            IntSupplier timeoutSeconds,
            Resolver resolver) {
        this.resolver = resolver;
        this.allowed = allowed;
        this.mirrors = mirrors;
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
        return mirror(address).isPresent() || allowed.get().stream().anyMatch(prefix -> covers(prefix, address));
    }

    /** Where it is really fetched from, by the longest prefix that fits. */
    private Optional<String> mirror(String address) {
        return mirrors.get().stream()
                .map(mapping -> mapping.split("=", 2))
                .filter(parts -> parts.length == 2 && covers(parts[0].strip(), address))
                .max(Comparator.comparingInt(parts -> parts[0].length()))
                .map(parts -> join(
                        parts[1].strip(), address.substring(parts[0].strip().length())));
    }

    private static String join(String prefix, String rest) {
        return prefix.endsWith("/") && rest.startsWith("/") ? prefix + rest.substring(1) : prefix + rest;
    }

    /** Puts the commit's files into an empty or missing directory. */
    void fetch(String repository, String ref, Path directory) throws DriverException {
        fetch(repository, ref, null, directory);
    }

    /**
     * Puts the commit's files into an empty or missing directory.
     *
     * @param ref a tag, branch or commit; null for the default branch
     * @param token of a private repository, or null
     * @return the commit's name
     */
    String fetch(String repository, String ref, String token, Path directory) throws DriverException {
        String objection = objection(repository);
        if (objection != null) {
            throw new DriverException("REPOSITORY_REFUSED", "The repository " + objection, false, null);
        }
        String address = mirror(address(repository)).orElse(address(repository));
        CredentialsProvider credentials =
                token == null ? null : new UsernamePasswordCredentialsProvider("x-access-token", token);
        try (Git git = Git.init().setDirectory(directory.toFile()).call()) {
            StoredConfig config = git.getRepository().getConfig();
            config.setString("http", null, "followRedirects", "false");
            // tidying up in the background would outlive the folder
            config.setString("gc", null, "auto", "0");
            config.setString("gc", null, "autoDetach", "false");
            config.save();
            TransportConfigCallback guard = transport -> guard(transport, address(repository));
            git.fetch()
                    .setRemote(address)
                    .setRefSpecs(new RefSpec(source(git, address, ref, credentials, guard) + ":" + DEPLOYED))
                    .setDepth(1)
                    .setTimeout(timeoutSeconds.getAsInt())
                    .setCredentialsProvider(credentials)
                    .setTransportConfigCallback(guard)
                    .call();
            // what is asked for by its id gets no name of ours
            String fetched = ref != null && ObjectId.isId(ref) ? ref : DEPLOYED;
            String commit = git.getRepository().resolve(fetched + "^{commit}").name();
            git.checkout().setName(commit).setForced(true).call();
            return commit;
        } catch (GitAPIException | IOException e) {
            throw new DriverException(
                    "REPOSITORY_UNREACHABLE", "The repository cannot be fetched: " + reason(e), false, e);
        }
    }

    /** The full name of what a person calls by a short one; as Git itself does, tags come before branches. */
    private String source(
            Git git, String address, String ref, CredentialsProvider credentials, TransportConfigCallback guard)
            throws GitAPIException, DriverException {
        if (ref == null) {
            return HEAD;
        }
        if (ObjectId.isId(ref)) {
            return ref;
        }
        Map<String, Ref> refs = git.lsRemote()
                .setRemote(address)
                .setTimeout(timeoutSeconds.getAsInt())
                .setCredentialsProvider(credentials)
                .setTransportConfigCallback(guard)
                .callAsMap();
        return Stream.of("refs/tags/" + ref, "refs/heads/" + ref, ref)
                .filter(refs::containsKey)
                .findFirst()
                .orElseThrow(() -> new DriverException(
                        "REF_NOT_FOUND", "The repository has no tag, branch or commit " + ref, false, null));
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
