package org.platformforge.launcher.upgrade;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** By {@code bin/forge} of whatever version is in place, with the environment that the operator called it with. */
final class ForgeInstance implements Instance {
    private static final int NOT_RUNNING = 3;

    private final Path home;
    private final Path data;
    private final Set<String> environment;

    ForgeInstance(Path home, Path data) {
        this.home = home;
        this.data = data;
        this.environment =
                Set.copyOf(List.of(System.getProperty("forge.environment", "").split(" ")));
    }

    /** @throws Refusal when it runs, and cannot be stopped and started from here */
    @Override
    public boolean running() throws IOException {
        others();
        if (forge(false, "status") == NOT_RUNNING) {
            return false;
        }
        String[] words = Files.readString(data.resolve("forge.pid")).strip().split(" ");
        if (words.length > 2) {
            throw new Refusal(
                    "Nothing has been changed. The platform runs in the foreground or as a service: stop it there"
                            + " (Ctrl-C, systemctl stop platform-forge), upgrade, and start it again");
        }
        Optional<String> user = ProcessHandle.of(Long.parseLong(words[0]))
                .flatMap(process -> process.info().user());
        if (user.isPresent() && !user.equals(ProcessHandle.current().info().user())) {
            throw new Refusal("Nothing has been changed. The platform runs as " + user.get()
                    + ": upgrade as that user, or stop it before");
        }
        return true;
    }

    /** Instances with data of their own that run from the same files. */
    private void others() {
        List<Long> others = ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> {
                    List<String> arguments = arguments(pid);
                    return arguments.contains("-Dkaraf.home=" + home)
                            && arguments.contains("org.platformforge.launcher.Main")
                            && !arguments.contains("-Dforge.data=" + data);
                })
                .toList();
        if (!others.isEmpty()) {
            throw new Refusal(
                    "Nothing has been changed. Other instances run from this distribution: stop them before (pid "
                            + others + ")");
        }
    }

    /** Java's own view of them ends after 4 KB. Empty where the system does not tell, or not this user. */
    private static List<String> arguments(long pid) {
        try {
            return List.of(Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0"));
        } catch (IOException e) {
            return List.of();
        }
    }

    @Override
    public void stop() throws IOException {
        if (forge(false, "status") == NOT_RUNNING) {
            return;
        }
        forge(true, "stop");
        if (forge(false, "status") != NOT_RUNNING) {
            throw new Refusal("The platform does not stop: end it, then bin/forge upgrade goes on");
        }
    }

    @Override
    public boolean start() throws IOException {
        int status = forge(false, "status");
        if (status == 0) {
            return true;
        }
        if (status != NOT_RUNNING) {
            stop();
        }
        return forge(true, "start") == 0;
    }

    private int forge(boolean shown, String command) throws IOException {
        List<String> line = new ArrayList<>(List.of(home.resolve("bin/forge").toString(), command));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectInput(Path.of("/dev/null").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("FORGE_") && !environment.contains(name));
        builder.environment().put("FORGE_DATA", data.toString());
        builder.environment().put("FORGE_CONFIG", System.getProperty("forge.config"));
        if (shown) {
            builder.inheritIO();
        } else {
            builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        }
        try {
            return builder.start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
