package org.platformforge.launcher.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpgradeStepsTest {
    private static final String SHIPPED = "a = 1\nb = 2\nc = 3\n";

    @TempDir
    Path folder;

    private Path home;
    private Path config;
    private Path archive;
    private Platform platform;
    private final List<String> said = new ArrayList<>();
    private long room = Long.MAX_VALUE;
    private int stepsUntilKilled = Integer.MAX_VALUE;

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** One that runs what is in place when it is started. */
    private final class Platform implements Instance {
        private String runs = "1.0";
        private String broken = "";

        @Override
        public boolean running() {
            return runs != null;
        }

        @Override
        public void stop() {
            runs = null;
        }

        @Override
        public boolean start() throws IOException {
            String version = Files.readString(home.resolve("lib/version")).strip();
            assertThat(home.resolve("system/a.jar")).hasContent("bundle of " + version);
            assertThat(home.resolve("bin/forge")).hasContent("script of " + version);
            runs = version.equals(broken) ? null : version;
            return runs != null;
        }
    }

    @BeforeEach
    void installed() throws IOException {
        install();
    }

    private void install() throws IOException {
        if (home != null) {
            Disk.deleteAll(home);
            Disk.deleteAll(config);
        }
        Map<String, String> old = Archives.distribution("1.0", SHIPPED);
        old.put("sdk/guide", "of 1.0");
        old.put("lib/config/gone.cfg", "x = 1\n");
        old.put("bin/mine", "the operator's own");
        old.put("data/kept", "data");
        home = Archives.folder(folder.resolve("home"), old);
        config = Archives.folder(
                folder.resolve("etc"),
                Map.of(
                        "a.cfg",
                        "a = 1\nb = mine\nc = 3\n",
                        "forge.env",
                        "# none\n",
                        "gone.cfg",
                        "x = 1\n",
                        "own.cfg",
                        "y = 1\n"));
        Map<String, String> incoming = Archives.distribution("2.0", "a = 1\nb = 2\nc = 3\nd = 4\n");
        incoming.put("lib/config/new.cfg", "z = 1\n");
        incoming.put("added/file", "of 2.0");
        archive = Archives.archive(folder.resolve("2.tar.gz"), "platform-forge-2.0/", incoming);
        platform = new Platform();
        said.clear();
    }

    private Upgrade upgrade() {
        return new Upgrade(home, config, folder, platform, said::add, this::step, path -> room);
    }

    private void step() {
        if (stepsUntilKilled-- <= 0) {
            throw new Killed();
        }
    }

    @Test
    void replacesTheVersionMergesSettingsAndKeepsTheRest() throws IOException {
        Map<String, String> before = everything();

        upgrade().begin(archive, Choice.ASK, false);

        isNew();
        assertThat(platform.runs).isEqualTo("2.0");
        assertThat(home.resolve("data/kept")).hasContent("data");
        assertThat(home.resolve("bin/mine")).hasContent("the operator's own");
        assertThat(config.resolve("own.cfg")).hasContent("y = 1");
        assertThat(said).anyMatch(line -> line.contains("adds") && line.endsWith("new.cfg"));

        upgrade().rollback(Choice.ASK);

        assertThat(everything()).isEqualTo(before);
        assertThat(platform.runs).isEqualTo("1.0");
    }

    @Test
    void leavesAPlatformStoppedThatDidNotRun() throws IOException {
        platform.stop();

        upgrade().begin(archive, Choice.ASK, false);

        isNew();
        assertThat(platform.runs).isNull();
    }

    @Test
    void deletesThePreviousVersionWhenItIsCommitted() throws IOException {
        upgrade().begin(archive, Choice.ASK, false);
        assertThatThrownBy(() -> upgrade().begin(archive, Choice.ASK, false))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("neither committed nor taken back");

        upgrade().commit();
        upgrade().leave();

        isNew();
        assertThat(home.resolve("upgrade")).doesNotExist();
        assertThatThrownBy(() -> upgrade().rollback(Choice.ASK)).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> upgrade().commit()).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> upgrade().goOn()).isInstanceOf(Refusal.class);
    }

    @Test
    void goesBackByItselfWhenTheNewVersionDoesNotStart() throws IOException {
        Map<String, String> before = everything();
        platform.broken = "2.0";

        assertThatThrownBy(() -> upgrade().begin(archive, Choice.ASK, false))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("did not start");

        assertThat(everything()).isEqualTo(before);
        assertThat(platform.runs).isEqualTo("1.0");
    }

    @Test
    void changesNothingForConflictsAndDryRuns() throws IOException {
        Map<String, String> before = everything();
        upgrade().begin(archive, Choice.ASK, true);
        assertThat(everything()).isEqualTo(before);
        assertThat(platform.runs).isEqualTo("1.0");

        Files.writeString(config.resolve("a.cfg"), "a = 1\nb = 2\nc = 3\nd = mine\npassword = ours\n");
        Map<String, String> incoming = Archives.distribution("2.0", "a = 1\nb = 2\nc = 3\nd = 4\npassword = theirs\n");
        Archives.archive(archive, "f/", incoming);
        before = everything();
        said.clear();
        assertThatThrownBy(() -> upgrade().begin(archive, Choice.ASK, false))
                .hasMessageContaining("Nothing has been changed");
        assertThat(everything()).isEqualTo(before);
        assertThat(said)
                .anyMatch(line -> line.contains("a.cfg, line 4"))
                .anyMatch(line -> line.contains("yours") && line.contains("d = mine"))
                .anyMatch(line -> line.contains("new") && line.contains("d = 4"))
                .noneMatch(line -> line.contains("= ours") || line.contains("= theirs"));

        upgrade().begin(archive, Choice.OURS, false);
        assertThat(config.resolve("a.cfg")).content().contains("d = mine");
        upgrade().rollback(Choice.ASK);
        upgrade().begin(archive, Choice.THEIRS, false);
        assertThat(config.resolve("a.cfg")).content().contains("d = 4");
    }

    @Test
    void keepsWhatTheOperatorChangedAfterTheUpgradeOnTheWayBack() throws IOException {
        upgrade().begin(archive, Choice.ASK, false);
        Files.writeString(config.resolve("a.cfg"), "a = later\nb = mine\nc = 3\nd = 4\n");
        upgrade().rollback(Choice.ASK);
        assertThat(config.resolve("a.cfg")).hasContent("a = later\nb = mine\nc = 3");

        upgrade().begin(archive, Choice.ASK, false);
        Files.writeString(config.resolve("a.cfg"), "a = later\nb = mine\nc = 3\nd = 40\n");
        assertThatThrownBy(() -> upgrade().rollback(Choice.ASK)).hasMessageContaining("Nothing has been changed");
        assertThat(platform.runs).isEqualTo("2.0");
        upgrade().rollback(Choice.OURS);
        assertThat(config.resolve("a.cfg")).content().contains("d = 40");
    }

    @Test
    void keepsThePermissionsOfSettingsAndHidesItsCopies() throws IOException {
        Files.setPosixFilePermissions(config.resolve("a.cfg"), PosixFilePermissions.fromString("rw-------"));

        upgrade().begin(archive, Choice.ASK, false);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config.resolve("a.cfg"))))
                .isEqualTo("rw-------");
        for (String name : List.of("before", "after")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("upgrade/" + name))))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        Map<String, String> before = everything();
        room = 1 << 20;
        refuses("Too little room");
        room = Long.MAX_VALUE;
        Archives.archive(archive, "f/", Archives.distribution("0.9", SHIPPED));
        refuses("is older than 1.0");
        Archives.archive(archive, "f/", Archives.distribution("1.0", SHIPPED));
        refuses("is installed already");
        Archives.archive(archive, "f/", Archives.distribution("1.0-SNAPSHOT", SHIPPED));
        refuses("is older than 1.0");
        Map<String, String> slim = Archives.distribution("2.0", SHIPPED);
        slim.remove("lib/content-2.0");
        slim.put("lib/content-core-2.0", "");
        Archives.archive(archive, "f/", slim);
        refuses("slim");
        assertThat(everything()).isEqualTo(before);
    }

    private void refuses(String why) {
        assertThatThrownBy(() -> upgrade().begin(archive, Choice.ASK, false))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(why);
        assertThat(platform.runs).isEqualTo("1.0");
    }

    /** Killed before each single step in turn: the next call goes on, and another one back. */
    @Test
    void goesOnOrBackAfterAKillAtAnyStep() throws IOException {
        Map<String, String> before = everything();
        int steps = 0;
        for (boolean killed = true; killed; steps++) {
            for (boolean on : List.of(true, false)) {
                install();
                killed = killedAfter(steps, () -> upgrade().begin(archive, Choice.ASK, false));
                if (!killed) {
                    break;
                }
                if (State.read(home.resolve("upgrade")) == null) {
                    upgrade().leave();
                    assertThat(everything()).isEqualTo(before);
                } else if (on) {
                    upgrade().goOn();
                    isNew();
                    assertThat(platform.runs).isEqualTo("2.0");
                } else {
                    upgrade().rollback(Choice.ASK);
                    assertThat(everything()).isEqualTo(before);
                    assertThat(platform.runs).isEqualTo("1.0");
                }
            }
        }
        assertThat(steps).isGreaterThan(20);
    }

    @Test
    void endsTheWayBackAndACommitAfterAKillAtAnyStep() throws IOException {
        Map<String, String> before = everything();
        for (boolean back : List.of(true, false)) {
            int steps = 0;
            for (boolean killed = true; killed; steps++) {
                install();
                upgrade().begin(archive, Choice.ASK, false);
                killed = killedAfter(steps, () -> {
                    if (back) {
                        upgrade().rollback(Choice.ASK);
                    } else {
                        upgrade().commit();
                    }
                });
                State state = State.read(home.resolve("upgrade"));
                if (killed && state != null && state.step() != State.Step.UPGRADED) {
                    upgrade().goOn();
                } else if (killed && state != null) {
                    if (back) {
                        upgrade().rollback(Choice.ASK);
                    } else {
                        upgrade().commit();
                    }
                }
                upgrade().leave();
                if (back) {
                    assertThat(everything()).isEqualTo(before);
                    assertThat(platform.runs).isEqualTo("1.0");
                } else {
                    isNew();
                }
                assertThat(home.resolve("upgrade")).doesNotExist();
            }
            assertThat(steps).isGreaterThan(3);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private boolean killedAfter(int steps, Work work) throws IOException {
        stepsUntilKilled = steps;
        try {
            work.run();
            return false;
        } catch (Killed e) {
            return true;
        } finally {
            stepsUntilKilled = Integer.MAX_VALUE;
        }
    }

    private void isNew() throws IOException {
        assertThat(new Distribution(home).version()).isEqualTo("2.0");
        assertThat(home.resolve("bin/forge")).hasContent("script of 2.0");
        assertThat(home.resolve("added/file")).hasContent("of 2.0");
        assertThat(home.resolve("sdk")).doesNotExist();
        assertThat(config.resolve("a.cfg")).hasContent("a = 1\nb = mine\nc = 3\nd = 4");
        assertThat(config.resolve("new.cfg")).hasContent("z = 1");
        assertThat(config.resolve("gone.cfg")).doesNotExist();
    }

    /** All files with their contents, without what an upgrade keeps for itself. */
    private Map<String, String> everything() throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (Path root : List.of(home, config)) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (!file.startsWith(home.resolve("upgrade"))) {
                        all.put(folder.relativize(file).toString(), Files.readString(file));
                    }
                }
            }
        }
        return all;
    }
}
