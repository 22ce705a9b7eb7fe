package org.platformforge.kernel.license.tool;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import org.platformforge.kernel.license.document.License;
import org.platformforge.kernel.license.document.LicenseException;
import org.platformforge.kernel.license.document.LicenseKeys;
import org.platformforge.kernel.license.document.LicenseSigner;
import org.platformforge.kernel.license.document.SignedLicense;

/** {@code bin/forge license keygen|sign|inspect}. Exit code 0, 1 for what did not work, 2 for a wrong call. */
public final class LicenseTool {
    private static final String USAGE = """
            bin/forge license keygen <name>
                makes <name>.pem, which belongs into the platform, and <name>.key, which belongs to nobody else
            bin/forge license sign <name> <terms.json>
                prints the licence file; terms are {"serial", "customer", "expires_at", "feature_sets"} and may have
                "id", "installation", "not_before", "grace_days", "limits": {"tenants", "users", "devices", "nodes"}
            bin/forge license inspect <name> <license.json>
                says whether the licence is of this key, and what it grants
            """;

    private LicenseTool() {}

    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            if (args.length == 2 && args[0].equals("keygen")) {
                keygen(args[1], out);
            } else if (args.length == 3 && args[0].equals("sign")) {
                out.writeBytes(LicenseSigner.sign(
                        Files.readAllBytes(Path.of(args[2])), read(args[1] + ".pem"), read(args[1] + ".key")));
            } else if (args.length == 3 && args[0].equals("inspect")) {
                inspect(read(args[1] + ".pem"), Files.readAllBytes(Path.of(args[2])), out);
            } else {
                err.print(USAGE);
                return 2;
            }
            return 0;
        } catch (LicenseException e) {
            err.println("forge: " + e.flaw().code() + ": " + e.getMessage());
        } catch (NoSuchFileException e) {
            err.println("forge: there is no file " + e.getFile());
        } catch (IOException | GeneralSecurityException e) {
            err.println("forge: " + e.getMessage());
        }
        return 1;
    }

    private static String read(String file) throws IOException {
        return Files.readString(Path.of(file));
    }

    private static void keygen(String name, PrintStream out) throws IOException, GeneralSecurityException {
        LicenseSigner.Pair pair = LicenseSigner.generate();
        Path secret = Path.of(name + ".key");
        Files.createFile(secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secret, pair.privatePem());
        Files.writeString(Path.of(name + ".pem"), pair.publicPem(), StandardOpenOption.CREATE_NEW);
        out.println("Key " + pair.id() + ": " + name + ".pem goes into the platform, " + name + ".key to nobody");
    }

    private static void inspect(String pem, byte[] file, PrintStream out)
            throws LicenseException, GeneralSecurityException {
        License license = SignedLicense.read(file).verified(new LicenseKeys(List.of(pem)));
        out.println("Licence " + license.id() + ", serial " + license.serial() + ", of " + license.customer());
        out.println("Feature sets: " + list(license.featureSets()));
        out.println("Limits: " + (license.limits().isEmpty() ? "none" : license.limits()));
        out.println("From " + license.notBefore() + " to " + license.expiresAt() + ", read only from "
                + license.readOnlyFrom());
        out.println("Installation: " + (license.installation() == null ? "any" : license.installation()));
    }

    private static String list(Set<String> sets) {
        return sets.isEmpty() ? "none" : String.join(", ", sets);
    }
}
