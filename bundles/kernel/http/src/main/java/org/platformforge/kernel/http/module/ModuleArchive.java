package org.platformforge.kernel.http.module;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;

/**
 * A module's JAR on disk, read and checked before the framework sees it.
 *
 * @param sha256 in hexadecimal
 */
record ModuleArchive(Path file, String symbolicName, Version version, String sha256) {
    private static final Pattern MODULE =
            Pattern.compile("(^|,)\\s*" + Pattern.quote(ModuleBundles.CAPABILITY) + "\\s*(;|,|$)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final long MAX_BYTES = 256L << 20;
    private static final List<String> FORBIDDEN = List.of(
            Constants.EXPORT_PACKAGE,
            Constants.FRAGMENT_HOST,
            Constants.REQUIRE_BUNDLE,
            Constants.DYNAMICIMPORT_PACKAGE);

    static boolean providesModule(String capabilities) {
        return MODULE.matcher(capabilities).find();
    }

    /**
     * Copies the stream to the file and reads it.
     *
     * @throws PlatformException {@code VALIDATION} with everything that keeps it from being a module
     */
    static ModuleArchive read(InputStream in, Path file) throws IOException {
        String sha256 = copy(in, file);
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            if (jar.getManifest() == null) {
                throw PlatformException.invalid("bundle", "The file has no manifest");
            }
            Attributes headers = jar.getManifest().getMainAttributes();
            List<FieldError> problems = problems(jar, headers);
            if (!problems.isEmpty()) {
                throw PlatformException.invalid("The file is no module", problems);
            }
            String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME)
                    .split(";", 2)[0]
                    .trim();
            return new ModuleArchive(
                    file, name, Version.parseVersion(headers.getValue(Constants.BUNDLE_VERSION)), sha256);
        } catch (java.util.zip.ZipException e) {
            throw PlatformException.invalid("bundle", "The file is no JAR").withCause(e);
        }
    }

    private static List<FieldError> problems(JarFile jar, Attributes headers) throws IOException {
        List<FieldError> problems = new ArrayList<>();
        String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
        if (name == null || !NAME.matcher(name.split(";", 2)[0].trim()).matches()) {
            problems.add(new FieldError(Constants.BUNDLE_SYMBOLICNAME, "The file is no OSGi bundle"));
        }
        try {
            Version.parseVersion(headers.getValue(Constants.BUNDLE_VERSION));
        } catch (IllegalArgumentException e) {
            problems.add(new FieldError(Constants.BUNDLE_VERSION, "Not an OSGi version"));
        }
        for (String header : FORBIDDEN) {
            if (headers.getValue(header) != null) {
                problems.add(new FieldError(header, "A module is a leaf: it must not have this header"));
            }
        }
        String capabilities = headers.getValue(Constants.PROVIDE_CAPABILITY);
        if ((capabilities == null || !providesModule(capabilities)) && !hasResource(jar, headers)) {
            problems.add(new FieldError(
                    Constants.PROVIDE_CAPABILITY,
                    "A module has a JAX-RS resource component or provides the capability " + ModuleBundles.CAPABILITY));
        }
        return problems;
    }

    private static boolean hasResource(JarFile jar, Attributes headers) throws IOException {
        String components = headers.getValue("Service-Component");
        for (String path : components == null ? new String[0] : components.split(",")) {
            ZipEntry entry = jar.getEntry(path.trim());
            if (entry != null) {
                try (InputStream in = jar.getInputStream(entry)) {
                    if (new String(in.readNBytes(1 << 20), StandardCharsets.UTF_8).contains("osgi.jaxrs.resource")) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static String copy(InputStream in, Path file) throws IOException {
        MessageDigest digest = newDigest();
        long total = 0;
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                total += n;
                if (total > MAX_BYTES) {
                    throw PlatformException.invalid("bundle", "The file is larger than " + MAX_BYTES + " bytes");
                }
                out.write(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
