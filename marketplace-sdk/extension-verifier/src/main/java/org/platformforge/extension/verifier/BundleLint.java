package org.platformforge.extension.verifier;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.osgi.framework.Version;

/** What the manifest of one bundle may and may not say. Used once. */
final class BundleLint {
    private static final Map<String, String> FORBIDDEN = Map.ofEntries(
            Map.entry("Fragment-Host", "a fragment would become part of another bundle"),
            Map.entry("Require-Bundle", "it ties the extension to whole bundles; import packages"),
            Map.entry("DynamicImport-Package", "what it needs must be known before it is started"),
            Map.entry("Bundle-Activator", "it would have the framework in its hands; use components"),
            Map.entry("ExtensionBundle-Activator", "it would have the framework in its hands; use components"),
            Map.entry("Bundle-Blueprint", "use Declarative Services"),
            Map.entry("Karaf-Commands", "implement ExtensionCommand"),
            Map.entry("Meta-Persistence", "the platform stores an extension's data, see DocumentStore"),
            Map.entry("Web-ContextPath", "an extension has JAX-RS resources, no web application"),
            Map.entry("Launcher-Agent-Class", "an extension is no agent"),
            Map.entry("Premain-Class", "an extension is no agent"),
            Map.entry("Agent-Class", "an extension is no agent"),
            Map.entry("SPI-Consumer", "it would weave the bundle's classes"),
            Map.entry("SPI-Provider", "it would publish the bundle's services to everybody"),
            Map.entry("Bundle-UpdateLocation", "the marketplace updates extensions"),
            Map.entry("Bundle-ActivationPolicy", "the platform decides when an extension is started"));
    private static final Pattern KNOWN = Pattern.compile(
            "Bundle-(ManifestVersion|Name|SymbolicName|Version|Description|Vendor"
                    + "|License|DocURL|Copyright|Developers|SCM|Category|ContactAddress|ClassPath|Icon"
                    + "|RequiredExecutionEnvironment|Localization)"
                    + "|(Import|Export|Private|Ignore)-Package|Service-Component|(Require|Provide)-Capability|Include-Resource"
                    + "|Manifest-Version|Created-By|Originally-Created-By|Tool|Build-.*|Built-By|Bnd-.*|Archiver-Version|Git-.*"
                    + "|Implementation-.*|Specification-.*|Multi-Release|Automatic-Module-Name|Main-Class|X-.*|Test-Cases",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern EXTENDER = Pattern.compile("\\(\\s*osgi\\.extender\\s*=\\s*osgi\\.component\\s*\\)");

    private final Artifact artifact;
    private final Artifact.Part part;
    private final Headers headers;
    private final String where;
    private final Findings findings;

    BundleLint(Artifact artifact, Artifact.Part part, Findings findings) {
        this.artifact = artifact;
        this.part = part;
        this.headers = part.headers();
        this.where = part.where(Headers.PATH);
        this.findings = findings;
    }

    void check(ExtensionManifest manifest) {
        try {
            checkHeaders();
            checkName(manifest);
            checkVersion(manifest);
            checkPackages();
            checkExports();
            checkImports();
            checkRequirements();
        } catch (IllegalArgumentException e) {
            findings.add(Code.BUNDLE_MANIFEST_SYNTAX, where, e.getMessage());
        }
    }

    private void checkHeaders() {
        for (String name : headers.names()) {
            String reason = FORBIDDEN.entrySet().stream()
                    .filter(one -> one.getKey().equalsIgnoreCase(name))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
            if (reason != null) {
                findings.add(Code.BUNDLE_HEADER, where, "The header " + name + " is not taken: " + reason);
            } else if (name.equalsIgnoreCase("Bundle-NativeCode")) {
                findings.add(
                        Code.NATIVE_CODE, where, "The header Bundle-NativeCode is not taken: an extension is Java");
            } else if (!KNOWN.matcher(name).matches()) {
                findings.add(Code.BUNDLE_HEADER_UNKNOWN, where, "The platform does nothing with the header " + name);
            }
        }
        if (!headers.get("Bundle-ManifestVersion").orElse("").equals("2")) {
            findings.add(Code.BUNDLE_HEADER, where, "Bundle-ManifestVersion must be 2: build it with bnd");
        }
        if (!headers.get("Bundle-ClassPath").orElse(".").equals(".")) {
            findings.add(
                    Code.BUNDLE_HEADER,
                    where,
                    "Bundle-ClassPath must be the bundle itself: put libraries beside it, as bundles of the archive");
        }
    }

    private void checkName(ExtensionManifest manifest) {
        boolean main = part == artifact.main();
        String name = part.symbolicName();
        if (name.isEmpty() || (main && manifest != null && !name.equals(manifest.id()))) {
            String wanted = main && manifest != null ? "the extension's id, " + manifest.id() : "one name";
            findings.add(Code.BUNDLE_SYMBOLIC_NAME, where, "Bundle-SymbolicName must be " + wanted);
        } else if (!headers.clauses("Bundle-SymbolicName").get(0).directives().isEmpty()) {
            findings.add(
                    Code.BUNDLE_SYMBOLIC_NAME,
                    where,
                    "Bundle-SymbolicName must have no directives: versions run side by side, without fragments");
        }
    }

    private void checkVersion(ExtensionManifest manifest) {
        String version = headers.get("Bundle-Version").orElse("");
        if (part == artifact.main()) {
            if (manifest != null && !version.equals(manifest.version())) {
                findings.add(
                        Code.BUNDLE_VERSION,
                        where,
                        "Bundle-Version is " + version + ", not " + manifest.version() + " as " + ExtensionManifest.PATH
                                + " says");
            }
            return;
        }
        try {
            Version.parseVersion(version);
        } catch (IllegalArgumentException e) {
            findings.add(Code.BUNDLE_VERSION, where, "Bundle-Version is no version");
        }
    }

    private void checkPackages() {
        for (String name : new TreeSet<>(part.packages())) {
            if (BootPackages.contains(name)) {
                findings.add(
                        Code.CODE_FORBIDDEN,
                        part.where(name.replace('.', '/')),
                        "The package " + name
                                + " lies beneath the framework: its classes are not the extension's to bring");
            }
        }
    }

    private void checkExports() {
        for (Headers.Clause clause : headers.clauses("Export-Package")) {
            for (String name : clause.paths()) {
                if (AllowedPackages.foreign(name)) {
                    findings.add(
                            Code.EXPORT_FOREIGN, where, "The package " + name + " is not the extension's to export");
                } else if (part == artifact.main()) {
                    findings.add(Code.EXPORT_NEEDLESS, where, "Nobody can import the exported package " + name);
                }
                checkClash(name);
            }
        }
    }

    /** Who imports a package gets it from one bundle: the classes in the others would never be found. */
    private void checkClash(String name) {
        List<String> holders = artifact.holders().getOrDefault(name, List.of());
        if (holders.size() > 1) {
            findings.add(
                    Code.EXPORT_CLASH,
                    where,
                    "The exported package " + name + " has classes in more than one bundle: "
                            + String.join(", ", holders).replace("!/", ""));
        }
    }

    private void checkImports() {
        Set<String> seen = new HashSet<>();
        for (Headers.Clause clause : headers.clauses("Import-Package")) {
            boolean optional = "optional".equals(clause.directives().get("resolution"));
            for (String name : clause.paths()) {
                if (!seen.add(name)) {
                    findings.add(Code.IMPORT_DUPLICATE, where, "The package " + name + " is imported twice");
                }
                if (AllowedPackages.contains(name) || artifact.exports().contains(name)) {
                    continue;
                }
                if (optional) {
                    findings.add(
                            Code.IMPORT_UNUSED,
                            where,
                            "The optional package " + name + " is never there for an extension");
                } else {
                    findings.add(
                            Code.IMPORT_NOT_ALLOWED,
                            where,
                            "The package " + name
                                    + " is neither part of the extension API nor exported by a bundle of the artifact");
                }
            }
        }
    }

    private void checkRequirements() {
        for (Headers.Clause clause : headers.clauses("Require-Capability")) {
            for (String namespace : clause.paths()) {
                boolean allowed = switch (namespace) {
                    case "osgi.ee" -> true;
                    case "osgi.extender" ->
                        EXTENDER.matcher(clause.directives().getOrDefault("filter", ""))
                                .find();
                    case "osgi.service" -> "active".equals(clause.directives().get("effective"));
                    default -> "optional".equals(clause.directives().get("resolution"));
                };
                if (!allowed) {
                    findings.add(
                            Code.REQUIREMENT_NOT_ALLOWED,
                            where,
                            "An extension cannot require the capability " + namespace
                                    + (namespace.equals("osgi.service") ? " when it is resolved" : ""));
                }
            }
        }
        for (Headers.Clause clause : headers.clauses("Provide-Capability")) {
            for (String namespace : clause.paths()) {
                if (!namespace.equals("osgi.service")) {
                    findings.add(
                            Code.REQUIREMENT_NOT_ALLOWED,
                            where,
                            "An extension cannot provide the capability " + namespace);
                }
            }
        }
    }
}
