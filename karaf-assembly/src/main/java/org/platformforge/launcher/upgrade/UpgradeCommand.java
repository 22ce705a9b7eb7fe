package org.platformforge.launcher.upgrade;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * {@code bin/forge upgrade}. Runs from a copy of its archive in the folder {@code upgrade/}, as the installed one is moved.
 * Ends with 0 when it has done what was asked, 1 when not and says why, 2 for a wrong call.
 */
public final class UpgradeCommand {
    private static final Set<String> OPTIONS =
            Set.of("--dry-run", "--ours", "--theirs", "--status", "--rollback", "--commit");

    private UpgradeCommand() {}

    /** @param args of the command; the folders come from the properties that bin/forge sets */
    public static void main(String[] args) {
        System.exit(run(List.of(args)));
    }

    private static int run(List<String> args) {
        List<String> files = args.stream().filter(arg -> !arg.startsWith("--")).toList();
        List<String> options = args.stream().filter(arg -> arg.startsWith("--")).toList();
        List<String> actions = options.stream()
                .filter(Set.of("--status", "--rollback", "--commit")::contains)
                .toList();
        boolean decided = options.contains("--ours") || options.contains("--theirs");
        boolean wrong = !OPTIONS.containsAll(options)
                || files.size() > 1
                || actions.size() > 1
                || !actions.isEmpty() && !files.isEmpty()
                || options.contains("--ours") && options.contains("--theirs")
                || options.contains("--dry-run") && files.isEmpty()
                || decided && files.isEmpty() && !actions.contains("--rollback");
        if (wrong) {
            System.err.println(
                    "forge: bin/forge upgrade [--dry-run] [--ours|--theirs] <archive>, or --status, --commit,"
                            + " --rollback [--ours|--theirs], or nothing to go on with an interrupted one");
            return 2;
        }
        Choice choice = !decided ? Choice.ASK : options.contains("--ours") ? Choice.OURS : Choice.THEIRS;
        try {
            act(actions.isEmpty() ? "" : actions.get(0), files, choice, options.contains("--dry-run"));
            return 0;
        } catch (Refusal e) {
            System.err.println("forge: " + e.getMessage());
            return 1;
        } catch (IOException e) {
            System.err.println("forge: " + e + ". bin/forge upgrade --status says where it is");
            return 1;
        }
    }

    private static void act(String action, List<String> files, Choice choice, boolean dry) throws IOException {
        Path home = Path.of(System.getProperty("karaf.home"));
        Path data = Path.of(System.getProperty("forge.data"));
        Path config = Path.of(System.getProperty("forge.config"));
        Upgrade upgrade = new Upgrade(
                home, config, data, new ForgeInstance(home, data), System.out::println, () -> {}, UpgradeCommand::free);
        if (action.equals("--status")) {
            upgrade.status();
            return;
        }
        Path work = Upgrade.work(home);
        if (!Files.isDirectory(work)) {
            Files.createDirectory(
                    work, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
        try (FileChannel channel =
                        FileChannel.open(work.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lock(channel)) {
            if (lock == null) {
                throw new Refusal("Another upgrade of this distribution is under way");
            }
            try {
                switch (action) {
                    case "--rollback" -> upgrade.rollback(choice);
                    case "--commit" -> upgrade.commit();
                    default -> {
                        if (files.isEmpty()) {
                            upgrade.goOn();
                        } else {
                            upgrade.begin(Path.of(files.get(0)), choice, dry);
                        }
                    }
                }
            } finally {
                upgrade.leave();
            }
        }
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static long free(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            throw new Refusal("Cannot tell how much room there is in " + folder);
        }
    }
}
