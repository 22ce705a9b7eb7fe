package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * That what the other tests have changed is on record: of every kind of change that {@link AuditCoverageTest} leaves to them,
 * as far as they ran.
 */
@Order(Integer.MAX_VALUE - 1)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class AuditAfterwardsTest {
    /** The newest of a kind: some of them had nothing left to change. */
    private static final int LOOKED_AT = 20;

    private final Platform platform;
    private final Map<String, String> logs = new HashMap<>();

    @TempDir
    private Path folder;

    AuditAfterwardsTest(Platform platform) {
        this.platform = platform;
    }

    @Test
    void findsARecordOfEveryKindOfChange() {
        Map<String, List<Changes.Change>> changes = changes();
        assumeThat(changes).isNotEmpty();
        TreeSet<String> unrecorded = new TreeSet<>();
        changes.forEach((operation, made) -> {
            List<Changes.Change> newest = made.subList(Math.max(0, made.size() - LOOKED_AT), made.size());
            if (newest.stream().noneMatch(this::isRecorded)) {
                unrecorded.add(operation);
            }
        });
        assertThat(unrecorded)
                .as("of the %d kinds %s", changes.size(), changes.keySet())
                .isEmpty();
    }

    /** By operation, the oldest first; only with an access token, which tells whose log it is in. */
    private Map<String, List<Changes.Change>> changes() {
        List<ApiDocument.Route> routes = new ApiDocument(platform)
                .routes().stream()
                        .filter(route -> AuditCoverageTest.ELSEWHERE.contains(route.operationId()))
                        .toList();
        Map<String, List<Changes.Change>> found = new TreeMap<>();
        for (Changes.Change change : Changes.of(platform.http())) {
            String path = change.path().replaceFirst("\\?.*", "").replaceFirst("^/v1/", "/api/v1/");
            routes.stream()
                    .filter(route -> route.method().equals(change.method()))
                    .filter(route -> path.matches(pattern(route.path())))
                    .filter(route -> change.tenantId().isPresent())
                    .findFirst()
                    .ifPresent(route -> found.computeIfAbsent(route.operationId(), id -> new ArrayList<>())
                            .add(change));
        }
        return found;
    }

    private static String pattern(String path) {
        return Pattern.compile("\\{[^}]+}|[^{]+")
                .matcher(path)
                .replaceAll(part -> part.group().startsWith("{") ? "[^/]+" : "\\\\Q" + part.group() + "\\\\E");
    }

    private boolean isRecorded(Changes.Change change) {
        return logs.computeIfAbsent(change.tenantId().orElseThrow(), this::log)
                .contains("\"request_id\":\"" + change.requestId() + '"');
    }

    private String log(String tenantId) {
        Path file = folder.resolve(tenantId + ".jsonl");
        Platform.Output written = platform.shell("audit:export", "--tenant", tenantId, file.toString());
        assertThat(written.exitCode()).as(written.text()).isZero();
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
