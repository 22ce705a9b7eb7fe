package org.platformforge.kernel.extension.release;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.platformforge.extension.verifier.AllowedPackages;
import org.platformforge.kernel.api.extension.ExtensionRelease;

/** What a manifest may not say, because the walls could not hold it. Stateless. */
final class ManifestScreen implements Screen {
    private static final List<String> FORBIDDEN = List.of(
            Constants.FRAGMENT_HOST,
            Constants.REQUIRE_BUNDLE,
            Constants.DYNAMICIMPORT_PACKAGE,
            Constants.BUNDLE_ACTIVATOR,
            Constants.EXTENSION_BUNDLE_ACTIVATOR,
            Constants.BUNDLE_NATIVECODE);

    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");

    @Override
    public List<String> problems(ExtensionRelease release, Artifact artifact) {
        List<Artifact.Part> parts = artifact.parts();
        List<String> problems = new ArrayList<>();
        long main = parts.stream()
                .filter(part -> part.symbolicName().equals(release.extensionId()))
                .count();
        if (main != 1) {
            problems.add("The artifact must hold one bundle with the symbolic name " + release.extensionId()
                    + "; it holds " + main);
        }
        for (Artifact.Part part : parts) {
            check(release, part, problems);
        }
        return problems;
    }

    private static void check(ExtensionRelease release, Artifact.Part part, List<String> problems) {
        if (part.symbolicName().isEmpty() || !"2".equals(part.headers().getValue(Constants.BUNDLE_MANIFESTVERSION))) {
            problems.add(part.name() + " is no OSGi bundle");
        }
        for (String header : FORBIDDEN) {
            if (part.headers().getValue(header) != null) {
                problems.add(part.name() + " must not have the header " + header);
            }
        }
        for (String name : exported(part)) {
            if (foreign(name)) {
                problems.add(part.name() + " must not export " + name + ": the package is not its own");
            }
        }
        if (part.symbolicName().equals(release.extensionId()) && !version(part).equals(release.version())) {
            problems.add(part.name() + " has the version " + version(part) + ", not " + release.version());
        }
    }

    private static String version(Artifact.Part part) {
        try {
            return Version.parseVersion(part.headers().getValue(Constants.BUNDLE_VERSION))
                    .toString();
        } catch (IllegalArgumentException e) {
            return "none that OSGi knows";
        }
    }

    private static boolean foreign(String name) {
        return AllowedPackages.contains(name)
                || name.startsWith("javax.")
                || name.startsWith("org.osgi.")
                || name.startsWith("org.platformforge.");
    }

    private static List<String> exported(Artifact.Part part) {
        String header = part.headers().getValue(Constants.EXPORT_PACKAGE);
        List<String> names = new ArrayList<>();
        if (header != null) {
            String plain = QUOTED.matcher(header).replaceAll("");
            for (String clause : plain.split(",")) {
                for (String piece : clause.split(";")) {
                    if (!piece.contains("=") && !piece.isBlank()) {
                        names.add(piece.strip());
                    }
                }
            }
        }
        return names;
    }
}
