package org.platformforge.kernel.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.module.ModuleManager;

class SetUpgradeTest {
    @TempDir
    Path folder;

    /** Modules whose JARs say nothing but their names and versions. */
    private static final class Modules implements ModuleManager {
        final Map<String, String> serving = new TreeMap<>();
        final List<String> log = new ArrayList<>();
        String refused = "";

        @Override
        public List<Module> list() {
            return serving.entrySet().stream()
                    .map(one -> module(one.getKey(), one.getValue()))
                    .toList();
        }

        private static Module module(String name, String version) {
            return new Module(name, version, 1, 1, State.SERVING, 1, 0, "");
        }

        @Override
        public Module install(Caller actor, InputStream bundle) {
            String[] jar = read(bundle);
            log.add("install " + jar[0] + " " + jar[1]);
            serving.put(jar[0], jar[1]);
            return module(jar[0], jar[1]);
        }

        @Override
        public Swap update(Caller actor, InputStream bundle) {
            String[] jar = read(bundle);
            log.add("update " + jar[0] + " " + jar[1]);
            if (refused.equals(jar[0] + " " + jar[1])) {
                throw PlatformException.of(ErrorKind.CONFLICT, refused + " did not become ready");
            }
            String from = serving.put(jar[0], jar[1]);
            return new Swap(module(jar[0], from), module(jar[0], jar[1]), Duration.ZERO, Duration.ZERO, 10, 2);
        }

        @Override
        public List<Module> remove(Caller actor, String symbolicName, boolean force) {
            log.add("remove " + symbolicName);
            return List.of(module(symbolicName, serving.remove(symbolicName)));
        }

        @Override
        public InputStream jar(String symbolicName) {
            return new ByteArrayInputStream(
                    (symbolicName + " " + serving.get(symbolicName)).getBytes(StandardCharsets.UTF_8));
        }

        private static String[] read(InputStream bundle) {
            try (bundle) {
                return new String(bundle.readAllBytes(), StandardCharsets.UTF_8).split(" ");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final Modules modules = new Modules();

    private SetUpgrade upgrade(String... present) {
        return new SetUpgrade(List.of(present)::contains, modules, folder.resolve("kept"));
    }

    private KarafFeatures.Jar jar(String name, String version) throws IOException {
        Path file = Files.writeString(folder.resolve(name + "-" + version + ".jar"), name + " " + version);
        return new KarafFeatures.Jar(file.toUri().toString(), name, version, false);
    }

    @Test
    void changesWhatIsDifferentInTheOrderOfTheSet() throws IOException {
        modules.serving.putAll(Map.of("a", "1.0.0", "b", "1.0.0", "c", "2.0.0"));
        List<SetUpgrade.Change> changes =
                upgrade().changes(List.of(jar("b", "2.0.0"), jar("c", "2.0.0"), jar("a", "2.0.0"), jar("d", "2.0.0")));

        assertThat(changes)
                .extracting(SetUpgrade.Change::toString)
                .containsExactly("b 1.0.0 -> 2.0.0", "a 1.0.0 -> 2.0.0", "d 2.0.0");
        assertThat(upgrade().run(null, "set 2.0.0", changes, () -> {})).isEqualTo(4);
        assertThat(modules.log).containsExactly("update b 2.0.0", "update a 2.0.0", "install d 2.0.0");
        assertThat(modules.serving.values()).containsOnly("2.0.0");
        assertNothingIsLeft();
    }

    @Test
    void takesBackWhatWasChangedWhenOneIsRefused() throws IOException {
        modules.serving.putAll(Map.of("a", "1.0.0", "b", "1.0.1", "c", "1.0.0"));
        Map<String, String> before = Map.copyOf(modules.serving);
        modules.refused = "c 2.0.0";
        List<SetUpgrade.Change> changes =
                upgrade().changes(List.of(jar("a", "2.0.0"), jar("d", "2.0.0"), jar("b", "2.0.0"), jar("c", "2.0.0")));

        assertThatThrownBy(() -> upgrade().run(null, "set 2.0.0", changes, () -> {}))
                .isInstanceOf(PlatformException.class)
                .hasMessage("c 2.0.0 did not become ready");
        assertThat(modules.serving).isEqualTo(before);
        assertThat(modules.log).endsWith("update c 2.0.0", "update b 1.0.1", "remove d", "update a 1.0.0");
        assertNothingIsLeft();
    }

    @Test
    void takesBackTheOthersWhenOneCannotBeTakenBack() throws IOException {
        modules.serving.putAll(Map.of("a", "1.0.0", "b", "1.0.0", "c", "1.0.0"));
        List<SetUpgrade.Change> changes =
                new ArrayList<>(upgrade().changes(List.of(jar("a", "2.0.0"), jar("b", "2.0.0"))));
        changes.add(new SetUpgrade.Change(
                new KarafFeatures.Jar(folder.resolve("none.jar").toUri().toString(), "c", "2.0.0", false), "1.0.0"));
        modules.refused = "b 1.0.0";

        assertThatThrownBy(() -> upgrade().run(null, "set 2.0.0", changes, () -> {}))
                .isInstanceOf(IOException.class);
        assertThat(modules.serving).isEqualTo(Map.of("a", "1.0.0", "b", "2.0.0", "c", "1.0.0"));
        assertNothingIsLeft();
    }

    @Test
    void takesBackWhatWasChangedWhenItCannotBeCommitted() throws IOException {
        modules.serving.putAll(Map.of("a", "1.0.0", "b", "1.0.0"));
        List<SetUpgrade.Change> changes = upgrade().changes(List.of(jar("a", "2.0.0"), jar("b", "2.0.0")));

        assertThatThrownBy(() -> upgrade().run(null, "set 2.0.0", changes, () -> {
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(IOException.class);
        assertThat(modules.serving.values()).containsOnly("1.0.0");
        assertNothingIsLeft();
    }

    @Test
    void takesBackAtTheNextStartWhatACrashHasInterrupted() throws IOException {
        crashed("set-upgrade-1");
        modules.serving.putAll(Map.of("a", "2.0.0", "b", "1.0.0", "d", "2.0.0"));

        assertThat(upgrade().unfinished()).containsExactly("a", "b", "d");
        upgrade().takeBackUnfinished(null, "other 2.0.0"::equals);
        assertThat(modules.log).containsExactly("remove d", "update a 1.0.0");
        assertThat(modules.serving).isEqualTo(Map.of("a", "1.0.0", "b", "1.0.0"));
        assertNothingIsLeft();
        upgrade().takeBackUnfinished(null, target -> false);
        assertThat(modules.log).hasSize(2);
    }

    @Test
    void leavesAtTheNextStartWhatWasCommittedBeforeACrash() throws IOException {
        crashed("set-upgrade-1");
        Files.createDirectory(folder.resolve("kept/set-upgrade-2")); // crashed before it had begun
        modules.serving.putAll(Map.of("a", "2.0.0", "b", "2.0.0", "d", "2.0.0"));

        upgrade().takeBackUnfinished(null, "set 2.0.0"::equals);
        assertThat(modules.log).isEmpty();
        assertNothingIsLeft();
    }

    private void crashed(String name) throws IOException {
        Path kept = Files.createDirectories(folder.resolve("kept").resolve(name));
        Files.writeString(kept.resolve("target"), "set 2.0.0");
        Files.writeString(kept.resolve("000@a@1.0.0"), "a 1.0.0");
        Files.createFile(kept.resolve("001@d@"));
        Files.writeString(kept.resolve("002@b@1.0.0"), "b 1.0.0");
        Files.writeString(kept.resolve("draft"), "c 1");
    }

    @Test
    void objectsToWhatOnlyThePlatformCanChange() throws IOException {
        modules.serving.put("a", "1.0.0");

        assertThat(upgrade("library")
                        .objections(
                                List.of(jar("a", "1.0.0"), jar("gone", "1.0.0"), jar("library", "1.0.0")),
                                List.of(jar("a", "2.0.0"), jar("library", "2.0.0"), jar("fresh", "2.0.0"))))
                .containsExactly(
                        "gone is no part of that version, and goes with the platform only",
                        "library is no module, and changes with the platform only");
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("kept"))) {
            assertThat(files).isEmpty();
        }
    }
}
