package org.platformforge.driver.lxd;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.platformforge.driver.lxd.LxdFailure.Kind;
import org.platformforge.driver.lxd.LxdHttp.Answer;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;

/**
 * The instances of this platform on one server. Each carries the tags of its tenant, owner and resource from the moment it
 * is there; one without this platform's mark is not ours, whatever its name. Stateless: the server is asked each time.
 */
final class Instances {
    private static final String PATH = "/instances/";
    private static final String PREFIX = "forge-";
    private static final long POLL_MILLIS = 200;
    private static final long LATE_MILLIS = 2_000;

    private final LxdClient client;
    private final String platform;

    /** @param platform the mark of this platform, the same on all its nodes */
    Instances(LxdClient client, String platform) {
        this.client = client;
        this.platform = platform;
    }

    LxdClient client() {
        return client;
    }

    /** A host name, as instances must have one. */
    static String name(String resourceId) {
        String plain = resourceId
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("-+$", "");
        return PREFIX + (plain.length() > 56 ? plain.substring(0, 56) : plain);
    }

    String path(String name) {
        return client.path(PATH + name);
    }

    String path(String name, String below, String... parameters) {
        return client.path(PATH + name + below, parameters);
    }

    Optional<Instance> find(String resourceId) throws LxdFailure, InterruptedException {
        return named(name(resourceId))
                .filter(this::ours)
                .filter(found -> resourceId.equals(found.tagged(Instance.RESOURCE)));
    }

    private Optional<Instance> named(String name) throws LxdFailure, InterruptedException {
        Optional<Answer> found = client.find(path(name));
        return found.map(answer -> new Instance(answer.body().path("metadata"), answer.tag()));
    }

    List<Instance> all() throws LxdFailure, InterruptedException {
        List<Instance> all = new ArrayList<>();
        for (JsonNode node : client.get(client.path("/instances", "recursion=1"))) {
            Instance instance = new Instance(node, null);
            if (ours(instance)) {
                all.add(instance);
            }
        }
        return all;
    }

    private boolean ours(Instance instance) {
        return platform.equals(instance.tagged(Instance.PLATFORM));
    }

    /** @param tags beside those of the owner */
    Instance create(ResourceSpec spec, Shape shape, Map<String, String> tags, Progress progress)
            throws LxdFailure, InterruptedException {
        String name = name(spec.id());
        String attempt = UUID.randomUUID().toString();
        Map<String, Object> body = shape.body(name, client.config());
        Map<String, String> config = new LinkedHashMap<>(shape.limits());
        tags.forEach((key, value) -> config.put(Instance.TAGS + key, value));
        config.putAll(owner(spec));
        config.put(Instance.TAGS + Instance.ATTEMPT, attempt);
        body.put("config", config);
        String target = client.config().target();
        String path = target.isBlank()
                ? client.path("/instances")
                : client.path("/instances", "target=" + LxdClient.encoded(target));
        try {
            client.run(LxdHttp.POST, path, body, progress::cancelled);
        } catch (LxdFailure e) {
            if (!e.perhapsDone() || !made(name, attempt)) {
                throw e;
            }
            progress.log("LXD reported a failure, and has made the instance all the same: " + e.getMessage());
        }
        return named(name)
                .orElseThrow(() -> new LxdFailure(Kind.FAILED, "the server made the instance, and does not have it"));
    }

    private Map<String, String> owner(ResourceSpec spec) {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put(Instance.TAGS + Instance.PLATFORM, platform);
        tags.put(Instance.TAGS + Instance.TENANT, spec.tenantId());
        tags.put(Instance.TAGS + Instance.OWNER, spec.provisionId() == null ? "" : spec.provisionId());
        tags.put(Instance.TAGS + Instance.RESOURCE, spec.id());
        tags.put(Instance.TAGS + Instance.SERVICE, spec.service());
        tags.put(Instance.TAGS + Instance.ENVIRONMENT, spec.environment());
        tags.put(Instance.TAGS + Instance.TYPE, spec.type());
        return tags;
    }

    /**
     * Whether the server has made the instance of this attempt although it said otherwise, or nothing at all. Waits while
     * it is at work on it; a request whose answer was lost may still be on its way.
     */
    private boolean made(String name, String attempt) throws LxdFailure, InterruptedException {
        long late = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LATE_MILLIS);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(client.config().operation_timeout_seconds());
        while (System.nanoTime() < end) {
            try {
                boolean atWork = client.isAtWorkOn(name);
                Optional<Instance> found = named(name);
                if (!atWork && found.isPresent()) {
                    return ours(found.get()) && attempt.equals(found.get().tagged(Instance.ATTEMPT));
                }
                if (!atWork && System.nanoTime() > late) {
                    return false;
                }
            } catch (LxdFailure e) {
                if (!e.perhapsDone() || System.nanoTime() > late) {
                    throw e;
                }
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return false;
    }

    void start(Instance instance, Progress progress) throws LxdFailure, InterruptedException {
        change(instance.name(), Map.of("action", "start"), true, progress);
    }

    /** Politely first; returns when it does not run. */
    void stop(Instance instance, int graceSeconds, Progress progress) throws LxdFailure, InterruptedException {
        if (!instance.running()) {
            return;
        }
        try {
            change(instance.name(), Map.of("action", "stop", "timeout", graceSeconds, "force", false), false, progress);
        } catch (LxdFailure e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return;
            }
            progress.log("It did not shut down, and is stopped by force");
            change(instance.name(), Map.of("action", "stop", "timeout", -1, "force", true), false, progress);
        }
    }

    /** What the server reports is not believed before the instance was looked at. */
    private void change(String name, Map<String, Object> state, boolean running, Progress progress)
            throws LxdFailure, InterruptedException {
        try {
            client.run(LxdHttp.PUT, path(name, "/state"), state, () -> false);
        } catch (LxdFailure e) {
            Optional<Instance> now = e.perhapsDone() || e.kind() == Kind.REFUSED ? named(name) : Optional.empty();
            if (now.isEmpty() || now.get().running() != running) {
                throw e;
            }
            progress.log("LXD reported a failure, and did it all the same: " + e.getMessage());
        }
    }

    /** Writes tags, whatever else changes the instance meanwhile. */
    void tag(String resourceId, Map<String, String> tags) throws LxdFailure, InterruptedException {
        Map<String, String> config = new LinkedHashMap<>();
        tags.forEach((key, value) -> config.put(Instance.TAGS + key, value));
        client.patiently(() -> {
            Instance now = find(resourceId)
                    .orElseThrow(() -> new LxdFailure(Kind.FAILED, "the instance is not there any more"));
            Map<String, String> match = now.tag() == null ? Map.of() : Map.of("If-Match", now.tag());
            return client.http().call(LxdHttp.PATCH, path(now.name()), Map.of("config", config), match, Duration.ZERO);
        });
    }

    /** Returns when the server does not have it any more. */
    void delete(Instance instance, Progress progress) throws LxdFailure, InterruptedException {
        String name = instance.name();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(client.config().operation_timeout_seconds());
        LxdFailure last = null;
        try {
            client.run(LxdHttp.DELETE, path(name), null, () -> false);
        } catch (LxdFailure e) {
            if (e.kind() != Kind.NOT_FOUND && !e.perhapsDone()) {
                throw e;
            }
            last = e;
        }
        while (named(name).filter(this::ours).isPresent()) {
            if (last != null && !client.isAtWorkOn(name) || System.nanoTime() > end) {
                throw last != null
                        ? last
                        : new LxdFailure(Kind.TIMEOUT, "the server said that it is removed, and still has it");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        progress.log("The instance " + name + " is gone");
    }

    JsonNode state(String name) throws LxdFailure, InterruptedException {
        return client.get(path(name, "/state"));
    }
}
