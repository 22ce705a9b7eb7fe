package org.platformforge.driver.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.extension.api.driver.DriverException;

/** Where a repository's address must not lead. */
class RepositoriesTest {
    @TempDir
    Path temporary;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/o/r",
                "https://localhost:8181/o/r",
                "https://2130706433/o/r",
                "https://0/o/r",
                "https://169.254.169.254/latest/meta-data",
                "https://10.0.0.1/r",
                "https://192.168.1.1/r",
                "https://172.16.0.1/r",
                "https://100.64.0.1/r",
                "https://198.18.0.1/r",
                "https://192.0.0.8/r",
                "https://255.255.255.255/r",
                "https://240.0.0.1/r",
                "https://224.0.0.1/r",
                "https://[::1]/r",
                "https://[::]/r",
                "https://[::ffff:127.0.0.1]/r",
                "https://[::127.0.0.1]/r",
                "https://[fe80::1]/r",
                "https://[fd00::1]/r",
                "https://[64:ff9b::7f00:1]/r",
                "https://[2002:7f00:1::]/r",
                "https://[2001:0:7f00:1::]/r",
                "http://github.com/o/r",
                "file:///etc",
                "/etc",
                "git://github.com/o/r",
                "ssh://git@github.com/o/r",
                "https://user:password@github.com/o/r",
                "https:///r",
                "https://",
                "https://exa mple/r",
                "ftp://github.com/r",
                "jar:file:///x!/",
                "ext::sh -c id"
            })
    void refusesWhatIsNotPublic(String repository) throws Exception {
        Repositories repositories = new Repositories(() -> List.of(), () -> 5);
        assertThat(repositories.objection(repository)).isNotNull();
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> repositories.fetch(repository, null, temporary.resolve("work")))
                .matches(e -> e.code().equals("REPOSITORY_REFUSED"));
        assertThat(temporary.resolve("work")).doesNotExist();
    }

    @Test
    void looksAtTheAddressAgainWhenItConnects() throws Exception {
        InetAddress harmless = InetAddress.getByAddress("localhost", new byte[] {93, (byte) 184, (byte) 216, 34});
        Repositories misled = new Repositories(() -> List.of(), () -> 5, host -> new InetAddress[] {harmless});
        try (ServerSocket sink = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String rebound = "https://localhost:" + sink.getLocalPort() + "/o/r";
            assertThat(misled.objection(rebound)).isNull();

            assertThatExceptionOfType(DriverException.class)
                    .isThrownBy(() -> misled.fetch(rebound, null, temporary.resolve("work")))
                    .withMessageContaining("not public");

            sink.setSoTimeout(200);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(sink::accept);
        }
    }

    @Test
    void doesNotFollowAlternatesToOtherSchemes() {
        assertThatIOException()
                .isThrownBy(() -> new PublicConnections().create(new URL("http://127.0.0.1:8181/objects")))
                .withMessageContaining("https");
    }

    @Test
    void allowsPrefixesAsWholePathSegmentsOnly() throws Exception {
        Path allowed = GitFolder.of(temporary.resolve("srv/git"), java.util.Map.of("a.txt", "a"));
        Files.createDirectories(temporary.resolve("srv/git-private"));
        Repositories repositories = new Repositories(() -> List.of(allowed.toString()), () -> 5);
        assertThat(repositories.objection(allowed.toString())).isNull();
        assertThat(repositories.objection(temporary.resolve("srv/git-private").toString()))
                .isNotNull();
        assertThat(repositories.objection(allowed + "/../git-private")).isNotNull();
        repositories.fetch(allowed.toString(), null, temporary.resolve("work"));
        assertThat(temporary.resolve("work/a.txt")).hasContent("a");
    }
}
