package org.platformforge.launcher.upgrade;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipException;

/**
 * An archive of the distribution that was read to its end and found whole.
 *
 * @param root its one folder
 * @param version of the platform in it
 * @param content the name of its files in {@code lib/} that tells builds apart
 * @param bytes that it needs unpacked
 * @param checked whether there was a checksum beside it
 */
record Archive(Path file, String root, String version, String content, long bytes, boolean checked) {
    /** Without these a folder is no distribution that can be upgraded to. */
    private static final List<String> NEEDED = List.of(
            "bin/forge",
            "lib/version",
            "lib/boot/platform-forge-launcher.jar",
            "lib/etc/startup.properties",
            Distribution.SHIPPED_CONFIG + "/forge.env");

    private static final int LONGEST_VERSION = 200;
    private static final int ON_DISK = 4096;

    /**
     * Reads all of it.
     *
     * @throws Refusal when it is not whole, is not what its checksum says, or is no distribution
     */
    static Archive check(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new Refusal("There is no file " + file);
        }
        boolean checked = Checksum.verified(file);
        Set<String> names = new HashSet<>();
        String root = null;
        String version = null;
        String content = "";
        long bytes = 0;
        try (Tar tar = new Tar(file)) {
            for (Tar.Entry entry = tar.next(); entry != null; entry = tar.next()) {
                String top = entry.name().split("/", 2)[0];
                if (root != null && !root.equals(top)) {
                    throw new Refusal("The archive has more than one folder: it is no distribution of Platform Forge");
                }
                root = top;
                String name = entry.name().equals(top) ? "" : entry.name().substring(top.length() + 1);
                if (!entry.folder() && !names.add(name)) {
                    throw new Refusal("The archive has " + name + " twice");
                }
                bytes += (entry.size() / ON_DISK + 1) * ON_DISK;
                if (name.equals("lib/version")) {
                    version = new String(tar.content().readNBytes(LONGEST_VERSION), StandardCharsets.UTF_8).strip();
                } else if (name.startsWith(Distribution.CONTENT)) {
                    content = name;
                }
            }
        } catch (EOFException | ZipException e) {
            throw new Refusal("The archive is not whole (" + e.getMessage() + "): " + file);
        }
        for (String name : NEEDED) {
            if (!names.contains(name)) {
                throw new Refusal(
                        "The archive is no distribution of Platform Forge that can be upgraded to: it has no " + name);
            }
        }
        return new Archive(file, root, Distribution.version(version), content, bytes, checked);
    }

    /** Returns when all files are on the disk, with the dates and permissions of the archive. */
    void unpack(Path folder) throws IOException {
        Map<Path, Long> dates = new TreeMap<>(java.util.Comparator.reverseOrder());
        Files.createDirectories(folder);
        try (Tar tar = new Tar(file)) {
            for (Tar.Entry entry = tar.next(); entry != null; entry = tar.next()) {
                Path target = entry.name().equals(root)
                        ? folder
                        : folder.resolve(entry.name().substring(root.length() + 1));
                if (entry.folder()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    write(tar.content(), target);
                }
                Files.setPosixFilePermissions(target, permissions(entry));
                dates.put(target, entry.modified());
            }
        }
        for (Map.Entry<Path, Long> date : dates.entrySet()) {
            Files.setLastModifiedTime(date.getKey(), FileTime.fromMillis(date.getValue() * 1000));
        }
    }

    private static void write(InputStream content, Path target) throws IOException {
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.transferTo(java.nio.channels.Channels.newOutputStream(channel));
            channel.force(true);
        }
    }

    /** Never more than the owner may write. */
    private static Set<PosixFilePermission> permissions(Tar.Entry entry) {
        List<Character> letters = new ArrayList<>();
        int mode = (entry.mode() | (entry.folder() ? 0700 : 0600)) & 0755;
        for (int bit = 8; bit >= 0; bit--) {
            letters.add((mode >> bit & 1) == 0 ? '-' : "xwr".charAt(bit % 3));
        }
        StringBuilder text = new StringBuilder();
        letters.forEach(text::append);
        return PosixFilePermissions.fromString(text.toString());
    }
}
