package org.platformforge.launcher.upgrade;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Makes small distributions, as archives and as folders. */
final class Archives {
    private Archives() {}

    /** What a distribution must have, and one file of settings. */
    static Map<String, String> distribution(String version, String settings) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("bin/forge", "script of " + version);
        files.put("lib/version", version + "\n");
        files.put("lib/content-" + version, "");
        files.put("lib/boot/platform-forge-launcher.jar", "jar of " + version);
        files.put("lib/etc/startup.properties", "a = 1\n");
        files.put("lib/config/forge.env", "# none\n");
        files.put("lib/config/a.cfg", settings);
        files.put("system/a.jar", "bundle of " + version);
        files.put("LICENSE", "the same");
        return files;
    }

    static Path folder(Path folder, Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path target = folder.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.writeString(target, file.getValue());
        }
        return folder;
    }

    static Path archive(Path file, String root, Map<String, String> files) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        for (Map.Entry<String, String> entry : files.entrySet()) {
            add(tar, root + entry.getKey(), '0', entry.getValue().getBytes(StandardCharsets.UTF_8));
        }
        return compress(file, tar);
    }

    static Path compress(Path file, ByteArrayOutputStream tar) throws IOException {
        tar.write(new byte[1024]);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            tar.writeTo(out);
        }
        return file;
    }

    /** @param type as in the header: 0 a file, 2 a link, 5 a folder, x more about the next one */
    static void add(OutputStream tar, String name, char type, byte[] content) throws IOException {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000755");
        put(header, 124, String.format("%011o", content.length));
        put(header, 136, "07000000000");
        header[156] = (byte) type;
        put(header, 257, "ustar");
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o", sum));
        header[154] = 0;
        tar.write(header);
        tar.write(content);
        tar.write(new byte[(512 - content.length % 512) % 512]);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
