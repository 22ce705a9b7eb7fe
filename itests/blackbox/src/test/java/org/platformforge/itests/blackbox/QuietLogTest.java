package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Comes last: whatever clients did, the operator's log holds no warning that is not one. */
@Order(Integer.MAX_VALUE)
@ExtendWith(PlatformExtension.class)
class QuietLogTest {
    private static final Pattern LOUD = Pattern.compile(".*\\b(WARN|ERROR)\\b.*");

    /** Parts of lines that may be there, and why. */
    private static final Map<String, String> ALLOWED = Map.of(
            "/api/v1/contract/",
            "routes of a module of tests, which fail as they are told to",
            "refused requests are not in the audit log, because there were too many at once",
            "clients without a credential came by the hundred",
            "Can't load features repository file:",
            "a repository of tests, whose folder is gone again",
            UpdateTest.DRIVER + " " + UpdateTest.VERSION + " did not become ready",
            "an update of tests that is refused as it is meant to be",
            "as it is configured: source.repository its host cannot be found",
            "an application of tests was asked for before the mirror of its repository was known",
            "HTTPS is not open: a setting",
            "a setting of tests that cannot be read",
            Publisher.ROGUE,
            "extensions of tests that fail and misbehave as they are told to");

    private final Platform platform;

    QuietLogTest(Platform platform) {
        this.platform = platform;
    }

    @Test
    void holdsNoWarningAndNoError() throws IOException {
        List<String> loud = Files.readAllLines(platform.log()).stream()
                .filter(line -> LOUD.matcher(line).matches())
                .filter(line -> ALLOWED.keySet().stream().noneMatch(line::contains))
                .toList();

        assertThat(loud).isEmpty();
    }
}
