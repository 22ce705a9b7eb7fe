package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The application's page in a real browser, reached by its name. */
@Order(7)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class BrowserTest {
    private static final long SECONDS = 60;

    private final Apps apps;

    @TempDir
    Path profile;

    BrowserTest(Platform platform) {
        this.apps = new Apps(platform, Account.register(platform));
    }

    @AfterEach
    void deleteAll() {
        apps.deleteAll();
    }

    @Test
    void showsTheApplicationUnderItsName() throws Exception {
        boolean installed = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "chromium")));
        assumeTrue(installed, "chromium is not installed: the page was not looked at");
        JsonNode provision = apps.create();
        String page = rendered(provision.path("resources").path("url").asText());
        assertThat(page)
                .contains("<h1 id=\"service\">" + provision.path("service").asText() + "</h1>");
    }

    private String rendered(String url) throws Exception {
        Path output = profile.resolve("page.html");
        Process browser = new ProcessBuilder(List.of(
                        "chromium",
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + profile.resolve("profile"),
                        "--dump-dom",
                        url))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(browser.waitFor(SECONDS, TimeUnit.SECONDS))
                    .as("the browser ended")
                    .isTrue();
        } finally {
            browser.descendants().forEach(ProcessHandle::destroyForcibly);
            browser.destroyForcibly();
        }
        return Files.readString(output);
    }
}
