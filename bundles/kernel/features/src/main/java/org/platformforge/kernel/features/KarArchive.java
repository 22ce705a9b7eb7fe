package org.platformforge.kernel.features;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.platformforge.kernel.api.PlatformException;

/** A Karaf archive: a Maven repository below {@code repository/}, with the files of feature sets in it. */
final class KarArchive {
    private static final String REPOSITORY = "repository/";
    private static final long MAX_BYTES = 1L << 30;
    private static final int MAX_ENTRIES = 10_000;

    /** {@code group/path/artifact/version/artifact-version-classifier.xml} */
    private static final Pattern FEATURES = Pattern.compile("(.+)/([^/]+)/([^/]+)/\\2-\\3-(forge-[a-z0-9-]+)\\.xml");

    private KarArchive() {}

    /**
     * Copies what is in it into a repository.
     *
     * @return the addresses of the feature repositories in it
     * @throws PlatformException {@code VALIDATION} when it is none; nothing is copied then
     */
    static List<String> unpack(Path kar, Path repository) throws IOException {
        try (ZipFile zip = new ZipFile(kar.toFile())) {
            List<ZipEntry> files = files(zip, repository);
            List<String> uris = new ArrayList<>();
            for (ZipEntry entry : files) {
                Matcher features = FEATURES.matcher(path(entry));
                if (features.matches()) {
                    uris.add("mvn:" + features.group(1).replace('/', '.') + "/" + features.group(2) + "/"
                            + features.group(3) + "/xml/" + features.group(4));
                }
            }
            if (uris.isEmpty()) {
                throw PlatformException.invalid("file", "has no feature set in it");
            }
            for (ZipEntry entry : files) {
                copy(zip, entry, repository.resolve(path(entry)));
            }
            return uris;
        } catch (ZipException e) {
            throw PlatformException.invalid("file", "is no Karaf archive");
        }
    }

    private static List<ZipEntry> files(ZipFile zip, Path repository) {
        List<ZipEntry> files = new ArrayList<>();
        long size = 0;
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            ZipEntry entry = all.nextElement();
            if (entry.isDirectory() || !entry.getName().startsWith(REPOSITORY)) {
                continue;
            }
            size += Math.max(0, entry.getSize());
            if (!repository.resolve(path(entry)).normalize().startsWith(repository)) {
                throw PlatformException.invalid("file", "has an entry that leads out of it");
            }
            files.add(entry);
        }
        if (size > MAX_BYTES || files.size() > MAX_ENTRIES) {
            throw PlatformException.invalid("file", "is larger than a feature set can be");
        }
        return files;
    }

    private static String path(ZipEntry entry) {
        return entry.getName().substring(REPOSITORY.length());
    }

    private static void copy(ZipFile zip, ZipEntry entry, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        Path draft = Files.createTempFile(target.getParent(), "draft", null);
        try (InputStream in = zip.getInputStream(entry)) {
            Files.write(draft, in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, entry.getSize())));
            Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
