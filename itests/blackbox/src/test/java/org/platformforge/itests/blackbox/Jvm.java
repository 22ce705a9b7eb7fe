package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the JDK's own tools say about a running platform. */
final class Jvm {
    private static final Path TOOLS = Path.of(System.getProperty("java.home"), "bin");
    private static final String BUNDLE = "BundleWiringImpl$BundleClassLoader";

    private final long pid;

    Jvm(long pid) {
        this.pid = pid;
    }

    /** Class loaders of bundles that are still in memory when garbage is gone. */
    long bundleClassLoaders() {
        tool("jcmd", Long.toString(pid), "GC.run");
        return tool("jcmd", Long.toString(pid), "VM.classloader_stats")
                .lines()
                .filter(line -> line.endsWith(BUNDLE))
                .count();
    }

    /** Used Metaspace in KiB, when garbage is gone. */
    long metaspace() {
        tool("jcmd", Long.toString(pid), "GC.run");
        List<String> table = tool("jstat", "-gc", Long.toString(pid)).lines().toList();
        int column = List.of(table.get(0).trim().split("\\s+")).indexOf("MU");
        return Math.round(Double.parseDouble(table.get(1).trim().split("\\s+")[column]));
    }

    /** The stacks of all threads. */
    String threads() {
        return tool("jcmd", Long.toString(pid), "Thread.print");
    }

    private static String tool(String name, String... arguments) {
        List<String> command = new ArrayList<>(List.of(TOOLS.resolve(name).toString()));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
