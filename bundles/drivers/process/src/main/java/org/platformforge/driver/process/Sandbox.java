package org.platformforge.driver.process;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The walls around an application, put up by bubblewrap: a view of the system that is made of what a program needs to
 * run and is read-only, the application's own folder, a {@code /tmp} of its own, and namespaces of its own for processes,
 * users, IPC and host name. The network is the host's, because the application listens on its loopback address. Whether
 * bubblewrap works here is found out once, by really putting it up and trying to look past it. Immutable.
 */
final class Sandbox {
    /** No walls, and the reason for it. */
    record Fault(String reason) {}

    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
    private static final String NONE = "own process group and folder; no sandbox: ";
    private static final String WALLS =
            "bubblewrap: read-only system, own folder, /tmp and process namespace; network shared with the host";
    private static final int PROBE_SECONDS = 20;
    private static final int LONGEST_REASON = 200;

    /** What programs live in. Where the host has links in these places, links they stay. */
    private static final List<String> SYSTEM =
            List.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store");
    /** What of /etc programs read; passwords, private keys and the settings of servers are not among it. */
    private static final List<String> ETC = List.of(
            "alternatives",
            "ca-certificates",
            "ca-certificates.conf",
            "crypto-policies",
            "fonts",
            "group",
            "host.conf",
            "hosts",
            "inputrc",
            "ld.so.cache",
            "ld.so.conf",
            "ld.so.conf.d",
            "localtime",
            "magic",
            "mime.types",
            "nsswitch.conf",
            "os-release",
            "passwd",
            "perl",
            "pki/ca-trust",
            "pki/java",
            "pki/tls/certs",
            "pki/tls/cert.pem",
            "profile",
            "protocols",
            "resolv.conf",
            "services",
            "ssl/cert.pem",
            "ssl/certs",
            "ssl/openssl.cnf",
            "timezone");

    /** The application's own folder, as it sees it. */
    private static final Path HOME = Path.of("/app");

    private static final Path PROC = Path.of("/proc");
    /** Folders of /etc whose names carry a version. */
    private static final String ETC_VERSIONED = "(java|python|ruby|php|node|gconf|jvm).*";

    private final String program;
    private final List<String> arguments;
    private final Path root;
    private final String fact;
    private final boolean required;

    /** @param arguments null for no walls */
    private Sandbox(String program, List<String> arguments, Path root, String fact, boolean required) {
        this.program = program;
        this.arguments = arguments;
        this.root = root;
        this.fact = fact;
        this.required = required;
    }

    /** @param root the folder of the applications, of which each sees its own part only */
    static Sandbox of(ProcessConfig config, Path root) {
        String program = config.sandbox_program();
        String mode = config.sandbox().strip().toLowerCase(Locale.ROOT);
        if (mode.equals("off")) {
            return new Sandbox(program, null, root, NONE + "it is switched off", false);
        }
        boolean required = !mode.equals("auto");
        if (required && !mode.equals("required")) {
            LOG.error("sandbox = {} is none of auto, required, off; taken as required", config.sandbox());
        }
        Sandbox walls = new Sandbox(program, new View(config, root).arguments(), root, WALLS, required);
        Fault fault = walls.probe();
        if (fault == null) {
            return walls;
        }
        LOG.info("Applications run without a sandbox: {}", fault.reason());
        return new Sandbox(program, null, root, NONE + fault.reason(), required);
    }

    /** How an application that is started now is kept apart, in words for its owner. */
    String fact() {
        return fact;
    }

    /** Why no application may be started, null when nothing stands in the way. */
    String objection() {
        return required && arguments == null ? "The operator allows no application without a sandbox; " + fact : null;
    }

    /** Where a process started here finds the application's own folder for temporary files. */
    Path temporary(Path folder) {
        return arguments == null ? folder.resolve(AppStore.TEMPORARY) : Path.of("/tmp");
    }

    /**
     * Where a process started here finds the application's own folder: behind the walls always in the same place, so that
     * what a build has written with its absolute path is right where it runs.
     */
    Path home(Path folder) {
        return arguments == null ? folder.resolve(AppStore.WORK) : HOME;
    }

    /**
     * The command that runs a command behind the walls.
     *
     * @param directory in the application's own folder, by its path on the host
     */
    List<String> wrap(Path folder, Path directory, List<String> command) {
        if (arguments == null) {
            return command;
        }
        List<String> wrapped = new ArrayList<>(List.of(program));
        // before all that may lie below it
        wrapped.addAll(List.of("--bind", folder.resolve(AppStore.TEMPORARY).toString(), "/tmp"));
        wrapped.addAll(arguments);
        Path work = folder.resolve(AppStore.WORK);
        wrapped.addAll(List.of("--bind", work.toString(), HOME.toString()));
        String inside = HOME.resolve(work.relativize(directory)).normalize().toString();
        wrapped.addAll(List.of("--remount-ro", "/", "--chdir", inside, "--"));
        wrapped.addAll(command);
        return wrapped;
    }

    /** Puts the walls up and has a command try what they are to prevent. */
    private Fault probe() {
        Path folder = null;
        Path outside = root.resolve(".probe-" + Long.toUnsignedString(System.nanoTime(), 36));
        try {
            Files.writeString(outside, "x");
            folder = Files.createTempDirectory("forge-sandbox");
            Path work = AppStore.directory(folder.resolve(AppStore.WORK));
            AppStore.directory(folder.resolve(AppStore.TEMPORARY));
            String script = "set -e; echo x > \"$1/inside\"; echo x > /tmp/x; [ ! -e \"$2\" ];"
                    + " [ ! -w /usr ]; [ $$ -lt 10 ]; echo good";
            Process process = new ProcessBuilder(wrap(
                            folder,
                            work,
                            List.of("/bin/sh", "-c", script, "probe", HOME.toString(), outside.toString())))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Fault("bubblewrap did not answer within " + PROBE_SECONDS + " s");
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.exitValue() == 0 && said.endsWith("good")) {
                return null;
            }
            return new Fault("bubblewrap does not work on this host: "
                    + (said.isEmpty() ? "exit code " + process.exitValue() : shortened(said)));
        } catch (IOException e) {
            return new Fault("bubblewrap (" + program + ") is not installed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Fault("the search for bubblewrap was interrupted");
        } finally {
            clear(outside);
            clear(folder);
        }
    }

    private static void clear(Path folder) {
        try {
            if (folder != null) {
                AppStore.clear(folder);
            }
        } catch (IOException e) {
            LOG.warn("{} could not be removed: {}", folder, e.toString());
        }
    }

    private static String shortened(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) : line;
    }

    /** What of the host's files every application sees. */
    private static final class View {
        private final List<String> arguments = new ArrayList<>();
        private final Set<Path> visible = new LinkedHashSet<>();
        private final Set<Path> hidden = new LinkedHashSet<>();

        View(ProcessConfig config, Path root) {
            arguments.addAll(List.of("--unshare-user-try", "--unshare-pid", "--unshare-ipc", "--unshare-uts"));
            arguments.addAll(List.of("--unshare-cgroup-try", "--cap-drop", "ALL"));
            CommaList.of(config.sandbox_hidden()).forEach(path -> hide(Path.of(path)));
            hide(root);
            SYSTEM.forEach(path -> show(Path.of(path)));
            etc();
            List<Path> more = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
            CommaList.of(config.sandbox_paths()).forEach(path -> more.add(Path.of(path)));
            more.stream().filter(path -> !isHidden(path)).forEach(this::show);
            cover();
            more.stream().filter(this::isHidden).forEach(this::show);
            arguments.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
            settingsOfTheKernel();
        }

        /**
         * In {@code /proc} beside the processes stand settings of the whole host that root may write without any
         * capability; bubblewrap covers the folders it could write to and leaves out those whose files it could.
         */
        private void settingsOfTheKernel() {
            try (Stream<Path> entries = Files.list(PROC)) {
                if (!Integer.valueOf(0).equals(Files.getAttribute(PROC.resolve("self"), "unix:uid"))) {
                    return;
                }
                entries.filter(path -> !path.getFileName().toString().matches("[0-9]+"))
                        .filter(path -> Files.isDirectory(path, NOFOLLOW_LINKS) || writable(path))
                        .sorted()
                        .forEach(path -> arguments.addAll(List.of("--ro-bind", path.toString(), path.toString())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static boolean writable(Path path) {
            try {
                return Files.isRegularFile(path, NOFOLLOW_LINKS)
                        && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_WRITE);
            } catch (IOException e) {
                return true;
            }
        }

        List<String> arguments() {
            return List.copyOf(arguments);
        }

        private void hide(Path path) {
            if (Files.exists(path)) {
                hidden.add(real(path));
            }
        }

        private boolean isHidden(Path path) {
            return hidden.stream().anyMatch(real(path)::startsWith);
        }

        private void show(Path path) {
            if (Files.isSymbolicLink(path) && SYSTEM.contains(path.toString())) {
                arguments.addAll(List.of("--symlink", target(path), path.toString()));
            } else if (Files.exists(path)) {
                visible.add(real(path));
                arguments.addAll(List.of("--ro-bind", path.toString(), path.toString()));
            }
        }

        private void etc() {
            Path etc = Path.of("/etc");
            ETC.forEach(name -> show(etc.resolve(name)));
            try (Stream<Path> names = Files.list(etc)) {
                names.filter(path -> path.getFileName().toString().matches(ETC_VERSIONED))
                        .sorted()
                        .forEach(this::show);
            } catch (IOException e) {
                LOG.debug("/etc cannot be listed", e);
            }
        }

        /** Puts an empty folder over what must not be seen but lies within what is. */
        private void cover() {
            hidden.stream()
                    .filter(path -> visible.stream().anyMatch(path::startsWith))
                    .filter(path -> hidden.stream().noneMatch(other -> !other.equals(path) && path.startsWith(other)))
                    .forEach(path -> arguments.addAll(List.of("--tmpfs", path.toString())));
        }

        private static String target(Path link) {
            try {
                return Files.readSymbolicLink(link).toString();
            } catch (IOException e) {
                return Objects.toString(real(link));
            }
        }

        private static Path real(Path path) {
            try {
                return path.toRealPath();
            } catch (IOException e) {
                return path.toAbsolutePath().normalize();
            }
        }
    }
}
