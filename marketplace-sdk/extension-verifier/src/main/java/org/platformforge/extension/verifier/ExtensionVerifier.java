package org.platformforge.extension.verifier;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads an extension's artifact (a JAR that is an OSGi bundle, or a ZIP archive of one such bundle and private library bundles) and
 * tells everything that stands against it. No code of the artifact runs and nothing is written. Whatever the file is, time and
 * memory are bounded: an artifact has at most 16 MiB, its bundles 20 MiB, all unpacked 64 MiB in 10,000 entries. Stateless and
 * thread-safe.
 */
public final class ExtensionVerifier {
    /** Bytes an artifact may have. */
    public static final int MAX_ARTIFACT = Budget.MAX_ARTIFACT;

    /** Bundles an artifact may hold. */
    public static final int MAX_BUNDLES = Budget.MAX_BUNDLES;

    /** Bytes the bundles of an archive may have together. */
    public static final int MAX_BUNDLE_BYTES = Budget.MAX_NESTED;

    /** Never throws for bad input. */
    public Verification verify(Path artifact) {
        Findings findings = new Findings();
        try {
            if (!Files.isRegularFile(artifact)) {
                throw new BadArchiveException(Code.UNREADABLE, "", "There is no such file");
            }
            long size = Files.size(artifact);
            if (size > MAX_ARTIFACT) {
                findings.add(Code.TOO_LARGE, "", "The artifact has " + size + " bytes, more than " + MAX_ARTIFACT);
                return new Verification(Optional.empty(), "", size, findings.list());
            }
            try (InputStream in = Files.newInputStream(artifact)) {
                return verify(in.readNBytes(MAX_ARTIFACT + 1));
            }
        } catch (BadArchiveException e) {
            findings.add(e.code(), e.where(), e.getMessage());
        } catch (IOException | SecurityException e) {
            findings.add(Code.UNREADABLE, "", "The file cannot be read");
        }
        return new Verification(Optional.empty(), "", 0, findings.list());
    }

    /** The same for an artifact in memory, which is not changed meanwhile. */
    public Verification verify(byte[] artifact) {
        Run run = new Run();
        Optional<ExtensionManifest> manifest = Optional.empty();
        String sha256 = "";
        if (artifact.length > MAX_ARTIFACT) {
            run.findings.add(Code.TOO_LARGE, "", "The artifact has more than " + MAX_ARTIFACT + " bytes");
        } else {
            sha256 = sha256(artifact);
            manifest = run.check(artifact);
        }
        return new Verification(manifest, sha256, artifact.length, run.findings.list());
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /** One artifact's way through the checks. */
    private static final class Run {
        private final Findings findings = new Findings();
        private final Budget budget = new Budget();
        private ExtensionManifest manifest;

        Optional<ExtensionManifest> check(byte[] bytes) {
            try {
                Artifact artifact = open(bytes);
                manifest = manifest(artifact.main()).orElse(null);
                checkBundles(artifact);
                checkCode(artifact);
            } catch (BadArchiveException e) {
                findings.add(e.code(), e.where(), e.getMessage());
            }
            return Optional.ofNullable(manifest);
        }

        private Artifact open(byte[] bytes) throws BadArchiveException {
            ZipArchive archive = ZipArchive.open("", bytes, budget);
            List<Artifact.Part> parts = new ArrayList<>();
            if (archive.entry(Headers.PATH) != null) {
                parts.add(new Artifact.Part("", archive, headers("", archive)));
            } else {
                unpack(archive, parts);
            }
            List<Artifact.Part> mains = parts.stream()
                    .filter(part -> part.has(ExtensionManifest.PATH))
                    .toList();
            if (mains.isEmpty()) {
                throw new BadArchiveException(
                        Code.MANIFEST_MISSING, "", "No bundle of the artifact has a " + ExtensionManifest.PATH);
            }
            if (mains.size() > 1) {
                throw new BadArchiveException(
                        Code.BUNDLE_COUNT, "", "More than one bundle of the artifact has a " + ExtensionManifest.PATH);
            }
            return Artifact.of(mains.get(0), parts);
        }

        private void unpack(ZipArchive archive, List<Artifact.Part> parts) throws BadArchiveException {
            long total = 0;
            for (ZipArchive.Entry entry : archive.entries()) {
                if (entry.isDirectory()) {
                    continue;
                }
                if (!entry.name().endsWith(".jar")) {
                    findings.add(Code.UNEXPECTED_ENTRY, entry.name(), "The entry is no bundle");
                    continue;
                }
                total += entry.size();
                if (parts.size() == Budget.MAX_BUNDLES || total > Budget.MAX_NESTED) {
                    throw new BadArchiveException(
                            Code.TOO_LARGE,
                            entry.name(),
                            "The bundles are more than " + Budget.MAX_BUNDLES + " or have more than "
                                    + Budget.MAX_NESTED + " bytes");
                }
                String label = entry.name() + "!/";
                ZipArchive jar = ZipArchive.open(label, archive.content(entry, Budget.MAX_NESTED), budget);
                parts.add(new Artifact.Part(label, jar, headers(label, jar)));
            }
            if (parts.isEmpty()) {
                throw new BadArchiveException(Code.BUNDLE_COUNT, "", "The artifact is no bundle and holds none");
            }
        }

        private static Headers headers(String label, ZipArchive archive) throws BadArchiveException {
            String where = label + Headers.PATH;
            ZipArchive.Entry entry = archive.entry(Headers.PATH);
            if (entry == null) {
                throw new BadArchiveException(Code.BUNDLE_MANIFEST_SYNTAX, where, "The bundle has no manifest");
            }
            try {
                return Headers.parse(archive.content(entry, Headers.MAX_BYTES));
            } catch (IllegalArgumentException e) {
                throw new BadArchiveException(Code.BUNDLE_MANIFEST_SYNTAX, where, e.getMessage());
            }
        }

        private Optional<ExtensionManifest> manifest(Artifact.Part main) throws BadArchiveException {
            ZipArchive.Entry entry = main.archive().entry(ExtensionManifest.PATH);
            return ManifestReader.read(main.archive().content(entry, YamlReader.MAX_BYTES), findings);
        }

        private void checkBundles(Artifact artifact) throws BadArchiveException {
            int points = 0;
            for (Artifact.Part part : artifact.bundles()) {
                new BundleLint(artifact, part, findings).check(manifest);
                points += new ComponentLint(artifact, part, findings).check();
            }
            if (points == 0) {
                findings.add(
                        Code.NO_EXTENSION_POINT,
                        "",
                        "The extension has no component under an extension point: it does nothing");
            }
        }

        private void checkCode(Artifact artifact) throws BadArchiveException {
            Set<String> declared = manifest == null
                    ? JdkAccess.PERMISSIONS
                    : manifest.permissions().unsafe();
            Screened screened = new Screened(findings, artifact.packages(), declared);
            for (Artifact.Part part : artifact.bundles()) {
                for (ZipArchive.Entry entry : part.archive().entries()) {
                    if (findings.full()) {
                        return;
                    }
                    if (!entry.isDirectory()) {
                        checkEntry(part, entry, screened);
                    }
                }
            }
            screened.end();
            if (manifest != null) {
                Set<String> unused = new TreeSet<>(declared);
                unused.removeAll(screened.used);
                unused.forEach(one -> findings.add(
                        Code.PERMISSION_UNUSED,
                        "permissions.unsafe",
                        "Nothing in the code needs the permission " + one));
            }
        }

        private void checkEntry(Artifact.Part part, ZipArchive.Entry entry, Screened screened)
                throws BadArchiveException {
            String name = entry.name();
            String where = part.where(name);
            boolean isClass = name.endsWith(".class");
            byte[] content = part.archive().content(entry, isClass ? ClassScreen.MAX_BYTES : Budget.MAX_ENTRY);
            if (isClass) {
                boolean versioned = name.startsWith("META-INF/versions/");
                String type = name.substring(0, name.length() - ".class".length());
                if (!type.endsWith("module-info")) {
                    ClassScreen.check(screened, where, versioned ? null : type, versioned, content);
                }
            } else if (ZipArchive.looksLike(content)
                    || name.toLowerCase(Locale.ROOT).matches(".*\\.(jar|zip|war|ear|kar|esa)")) {
                findings.add(
                        Code.NESTED_ARCHIVE, where, "An archive in a bundle is not taken: unpack it, or put it beside");
            } else if (name.startsWith("OSGI-INF/blueprint/")) {
                findings.add(Code.BUNDLE_HEADER, where, "Blueprint is not taken: use Declarative Services");
            } else if (isNative(content)) {
                findings.add(Code.NATIVE_CODE, where, "A native library is not taken: an extension is Java");
            }
        }

        /** ELF, Windows and Mach-O. */
        private static boolean isNative(byte[] content) {
            if (content.length < 64) {
                return false;
            }
            int magic = (content[0] & 0xff) << 24
                    | (content[1] & 0xff) << 16
                    | (content[2] & 0xff) << 8
                    | content[3] & 0xff;
            return magic == 0x7f454c46
                    || (magic >>> 16) == 0x4d5a
                    || magic == 0xfeedface
                    || magic == 0xfeedfacf
                    || magic == 0xcefaedfe
                    || magic == 0xcffaedfe;
        }
    }
}
