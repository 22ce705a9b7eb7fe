package org.platformforge.driver.lxd;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.platformforge.driver.common.CommaList;
import org.platformforge.driver.common.Tools;
import org.platformforge.driver.common.Tools.Found;
import org.platformforge.driver.common.Tools.Wanted;
import org.platformforge.driver.lxd.LxdHttp.Answer;
import org.platformforge.extension.api.driver.Driver.Problem;
import org.platformforge.extension.api.driver.Progress;

/**
 * Which tools the images of a server have, as their property {@code forge.tools} tells: {@code python3=3.11.2,npm}. What was
 * read counts for a minute. An image without the property, and a server that does not answer, are objected to in nothing:
 * the one shows in the build, the other keeps it from being made. Thread-safe.
 */
final class ImageTools {
    static final String PROPERTY = "forge.tools";

    private static final long FRESH_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int LONGEST = 8_192;

    private final LxdClient.Call<LxdClient> server;
    private final Map<String, Read> known = new ConcurrentHashMap<>();

    /** @param tools null where the image tells nothing */
    private record Read(Map<String, String> tools, long atNanos) {}

    ImageTools(LxdClient.Call<LxdClient> server) {
        this.server = server;
    }

    /** @param image alias, blank for none; @param property the resource's {@code tools}, null for none */
    void check(String image, Object property, List<Problem> problems) {
        List<Wanted> wanted = Tools.wanted(property, problems);
        if (wanted.isEmpty() || image.isBlank()) {
            return;
        }
        try {
            Optional<Map<String, String>> has = of(image);
            for (Wanted tool : has.isPresent() ? wanted : List.<Wanted>of()) {
                String version = has.get().get(tool.command());
                Found found = version == null ? new Found(Tools.NOT_FOUND, "") : new Found(0, version);
                String problem = Tools.problem(tool, found);
                if (problem != null) {
                    problems.add(new Problem(Tools.PROPERTY, problem + " (image " + image + ")"));
                }
            }
        } catch (LxdFailure e) {
            // whoever makes the resource is told so by the server
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says so before a build in an image that nobody could look into. */
    void tell(String image, Progress progress) throws InterruptedException {
        try {
            if (of(image).isEmpty()) {
                progress.log("The image " + image + " does not tell which tools it has (its property " + PROPERTY
                        + "): one that is missing shows in the build");
            }
        } catch (LxdFailure e) {
            progress.log("The tools of the image " + image + " could not be asked for: " + e.getMessage());
        }
    }

    /** @return versions by command, empty ones included; empty when the image tells nothing, or is not there */
    private Optional<Map<String, String>> of(String image) throws LxdFailure, InterruptedException {
        Read last = known.get(image);
        if (last == null || System.nanoTime() - last.atNanos() > FRESH_NANOS) {
            last = new Read(read(image), System.nanoTime());
            known.put(image, last);
        }
        return Optional.ofNullable(last.tools());
    }

    private Map<String, String> read(String image) throws LxdFailure, InterruptedException {
        LxdClient client = server.make();
        Optional<Answer> alias = client.find(client.path("/images/aliases/" + LxdClient.encoded(image)));
        String target = alias.map(
                        found -> found.body().path("metadata").path("target").asText())
                .orElse("");
        if (!target.matches("[0-9a-f]{12,64}")) {
            return null;
        }
        JsonNode told = client.find(client.path("/images/" + target))
                .map(found -> found.body().path("metadata").path("properties").path(PROPERTY))
                .orElse(null);
        if (told == null || !told.isTextual() || told.asText().length() > LONGEST) {
            return null;
        }
        Map<String, String> tools = CommaList.pairs(told.asText());
        CommaList.of(told.asText()).stream()
                .filter(entry -> entry.indexOf('=') < 0)
                .forEach(entry -> tools.putIfAbsent(entry, ""));
        return tools;
    }
}
