package org.platformforge.launcher.upgrade;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * Where an upgrade is: a file that is replaced as a whole, before what it announces is done. Its names stay as they are over
 * versions: the next version's {@code bin/forge} reads the step, too.
 *
 * @param config the folder of settings that was merged
 * @param running whether the platform ran, and so is to run afterwards
 * @param incoming what the new version consists of
 * @param files of the settings that change
 * @param back of the settings that change when it goes back
 */
record State(
        Step step,
        String from,
        String to,
        Path config,
        boolean running,
        List<String> incoming,
        List<String> files,
        List<String> back) {

    /** In their order. Without a file nothing has been changed. */
    enum Step {
        /** everything is prepared, the platform is being stopped */
        STOPPING,
        /** files are being moved */
        SWAPPING,
        /** the new version is in place and is started */
        STARTING,
        /** the new version is in place; the previous one is beside it */
        UPGRADED,
        /** the previous version is being stopped and moved back */
        BACK,
        /** the previous version is in place and is started */
        RETURNED,
        /** the previous version is being deleted */
        COMMITTING
    }

    private static final String FILE = "state";

    State at(Step next) {
        return new State(next, from, to, config, running, incoming, files, back);
    }

    State returning(boolean nowRunning, List<String> changed) {
        return new State(Step.BACK, from, to, config, nowRunning, incoming, files, changed);
    }

    /** Null when there is none. */
    static State read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        Properties properties = new Properties();
        properties.load(new StringReader(Files.readString(file)));
        return new State(
                Step.valueOf(properties.getProperty("step").toUpperCase(Locale.ROOT)),
                properties.getProperty("from"),
                properties.getProperty("to"),
                Path.of(properties.getProperty("config")),
                Boolean.parseBoolean(properties.getProperty("running")),
                list(properties, "incoming"),
                list(properties, "files"),
                list(properties, "back"));
    }

    private static List<String> list(Properties properties, String key) {
        String value = properties.getProperty(key, "");
        return value.isEmpty() ? List.of() : List.of(value.split(":"));
    }

    void write(Path folder) throws IOException {
        String text = "# " + folder.getParent() + "/bin/forge upgrade --status explains this\n"
                + "step=" + step.name().toLowerCase(Locale.ROOT) + "\nfrom=" + from + "\nto=" + to + "\nconfig="
                + config.toString().replace("\\", "\\\\") + "\nrunning=" + running + "\nincoming="
                + String.join(":", incoming) + "\nfiles=" + String.join(":", files) + "\nback="
                + String.join(":", back) + "\n";
        Disk.write(folder.resolve(FILE), text.getBytes(StandardCharsets.UTF_8));
    }

    static void delete(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(FILE));
        Disk.sync(folder);
    }
}
