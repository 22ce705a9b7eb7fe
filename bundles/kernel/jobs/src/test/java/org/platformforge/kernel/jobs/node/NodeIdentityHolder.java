package org.platformforge.kernel.jobs.node;

import java.io.IOException;
import java.nio.file.Path;

/** Another process that holds an identity until it is killed. */
final class NodeIdentityHolder {
    private NodeIdentityHolder() {}

    static String named(Path folder) throws IOException {
        try (NodeIdentity identity = NodeIdentity.acquire(folder)) {
            return identity.name();
        }
    }

    static Process start(Path folder) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeIdentityHolder.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] arguments) throws IOException {
        try (NodeIdentity identity = NodeIdentity.acquire(Path.of(arguments[0]))) {
            System.out.println(identity.name());
            System.out.flush();
            int end = System.in.read();
            System.exit(end);
        }
    }
}
