package org.platformforge.kernel.extension.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.extension.verifier.ExtensionVerifier;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRuntime;

/** Artifacts are looked at again before they are started, whoever accepted them before. */
class ScreenTest {
    @TempDir
    static Path folder;

    private static TestPlatform platform;
    private static ExtensionRuntime runtime;

    @BeforeAll
    static void start() throws Exception {
        platform = new TestPlatform(folder.resolve("felix"), Map.of("screen.at.start", true));
        runtime = platform.runtime();
    }

    @AfterAll
    static void stop() throws Exception {
        platform.close();
    }

    private static ExtensionJar described(ExtensionJar jar, String id, String version) {
        return jar.entry("META-INF/extension.yaml", """
                        id: %s
                        name: Tried
                        version: %s
                        description: Tries the screen.
                        category: other
                        license: Apache-2.0
                        requires: {api: "[1.0,2)"}
                        """.formatted(id, version));
    }

    @Test
    void startsWhatHasNothingAgainstIt() {
        ExtensionRelease good =
                described(Extensions.hello("1.0.0"), "acme.hello", "1.0.0").release(folder);

        assertThat(runtime.plan(good).problems()).isEmpty();
        assertThat(runtime.start(good).version()).isEqualTo("1.0.0");
        platform.clear();
        assertThat(runtime.start(good).version()).isEqualTo("1.0.0");
        platform.clear();
    }

    @Test
    void startsNoCodeThatMakesThreads() {
        ExtensionRelease hostile =
                described(Extensions.hostile(), "mean.hostile", "1.0.0").release(folder);

        assertRefused(hostile, "java.lang.Thread");
    }

    @Test
    void startsNothingUnderAnothersDescription() {
        assertRefused(
                described(Extensions.hello("1.1.0"), "acme.hello", "1.2.0").release(folder), "1.2.0");
        assertRefused(Extensions.hello("1.1.0").release(folder), "META-INF/extension.yaml");
    }

    @Test
    void readsNoFileThatIsLargerThanWhatCanBePublished() throws IOException {
        Path large = folder.resolve("large");
        Files.write(large, new byte[ExtensionVerifier.MAX_ARTIFACT + 1]);
        ExtensionRelease good = Extensions.hello("1.0.0").release(folder);
        ExtensionRelease release = new ExtensionRelease(
                good.extensionId(),
                good.version(),
                good.sha256(),
                large,
                good.events(),
                good.hosts(),
                good.indexes(),
                good.limits());

        assertRefused(release, "larger than " + ExtensionVerifier.MAX_ARTIFACT);
    }

    private static void assertRefused(ExtensionRelease release, String reason) {
        assertThat(runtime.plan(release).problems())
                .anySatisfy(problem -> assertThat(problem).contains(reason));
        assertThatThrownBy(() -> runtime.start(release))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT))
                .hasMessageContaining(reason);
        assertThat(platform.extensionBundles()).isEmpty();
    }
}
