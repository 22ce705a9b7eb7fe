package org.platformforge.driver.lxd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** Self-signed certificates with their keys, made by the JDK's {@code keytool}. */
final class Certificates {
    static final char[] PASSWORD = "password".toCharArray();

    private Certificates() {}

    /** Writes {@code <name>.p12}, {@code <name>.crt} and {@code <name>.key} into the folder. */
    static KeyStore make(Path folder, String name) {
        Path file = folder.resolve(name + ".p12");
        try {
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            name,
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=" + name,
                            "-validity",
                            "30",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            file.toString(),
                            "-storepass",
                            new String(PASSWORD),
                            "-J-XX:TieredStopAtLevel=1")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve(name + ".log").toFile())
                    .start();
            if (!keytool.waitFor(2, TimeUnit.MINUTES) || keytool.exitValue() != 0) {
                throw new IllegalStateException(Files.readString(folder.resolve(name + ".log")));
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD);
            }
            pem(
                    folder.resolve(name + ".crt"),
                    "CERTIFICATE",
                    store.getCertificate(name).getEncoded());
            pem(
                    folder.resolve(name + ".key"),
                    "PRIVATE KEY",
                    store.getKey(name, PASSWORD).getEncoded());
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void pem(Path file, String type, byte[] encoded) throws IOException {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        Files.writeString(file, "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n");
    }
}
