package org.platformforge.kernel.extension.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.platformforge.extension.api.Metrics;
import org.platformforge.extension.api.TenantContext;
import org.platformforge.extension.api.command.ExtensionCommand;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.event.EventListener;
import org.platformforge.extension.api.event.PlatformEvent;
import org.platformforge.extension.api.job.ScheduledJob;
import org.platformforge.extension.api.pipeline.StepContext;
import org.platformforge.extension.api.pipeline.StepException;
import org.platformforge.extension.api.template.TemplateProvider;
import org.platformforge.kernel.api.extension.ExternalRoutes;
import org.platformforge.kernel.extension.call.CallExecutor;
import org.platformforge.kernel.extension.call.Calls;
import org.platformforge.kernel.extension.call.Scope;
import org.platformforge.kernel.extension.route.TenantSettings;
import org.platformforge.kernel.extension.wire.Callers;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;
import org.platformforge.kernel.extension.wire.Requests;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the process of a release offers, as services of the same interfaces its components have there. Each is called within
 * a call of the release, as those of a release in this JVM are. Thread-safe.
 */
public final class RemotePoints {
    private static final Logger LOG = LoggerFactory.getLogger(RemotePoints.class);
    private static final int MOST = 200;
    private static final int LONGEST = 200;
    private static final byte[] NOTHING = new byte[0];

    private final ExtensionProcess process;
    private final JsonNode told;
    private final Calls calls;
    private final CallExecutor executor;
    private final Metrics metrics;
    private final Function<Scope, TenantContext> tenants;

    /**
     * @param told by the process at its start
     * @param calls of the release
     * @param tenants what a call sees of its tenant
     */
    public RemotePoints(
            ExtensionProcess process,
            JsonNode told,
            Calls calls,
            Metrics metrics,
            Function<Scope, TenantContext> tenants) {
        this.process = process;
        this.told = told;
        this.calls = calls;
        this.executor = new CallExecutor(calls);
        this.metrics = metrics;
        this.tenants = tenants;
    }

    /** Paths of template files in the release's bundles. */
    public static List<String> templates(JsonNode told) {
        List<String> paths = new ArrayList<>();
        for (JsonNode path : told.path("templates")) {
            if (paths.size() < MOST) {
                paths.add(path.isTextual() ? text(path) : "");
            }
        }
        return paths;
    }

    /** @return null when it has none */
    public ExternalRoutes routes() {
        JsonNode description = told.path("routes");
        return description.isTextual() ? new Routes(description.textValue()) : null;
    }

    /** Listeners, jobs, commands, engines, frameworks and steps, and one who provides the files. */
    public List<Object> services(List<URL> files) {
        List<Object> services = new ArrayList<>();
        for (JsonNode one : told.path("listeners")) {
            services.add(new Listener(text(one.path("name")), texts(one.path("types"))));
        }
        for (JsonNode one : told.path("jobs")) {
            Duration interval =
                    Duration.ofMillis(Math.max(0, one.path("interval_millis").asLong()));
            services.add(new Job(text(one.path("name")), interval));
        }
        for (JsonNode one : told.path("commands")) {
            services.add(new Command(text(one.path("name")), text(one.path("description"))));
        }
        for (JsonNode one : told.path("engines")) {
            services.add(new RemoteDriver(
                    text(one.path("name")),
                    texts(one.path("types")),
                    (call, progress) -> call(call, NOTHING, step(progress))));
        }
        for (JsonNode one : told.path("frameworks")) {
            services.add(RemoteFramework.of(one, this::call));
        }
        for (JsonNode one : told.path("steps")) {
            services.add(new RemoteStep(text(one), this::call));
        }
        if (!files.isEmpty()) {
            services.add((TemplateProvider) () -> files);
        }
        return services.subList(0, Math.min(MOST, services.size()));
    }

    private static Set<String> texts(JsonNode json) {
        Set<String> texts = new LinkedHashSet<>();
        json.forEach(one -> texts.add(text(one)));
        return Set.copyOf(texts);
    }

    private static String text(JsonNode json) {
        String text = json.asText();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    private Frame call(ObjectNode call, byte[] body) throws Exception {
        return call(call, body, null);
    }

    /** What the step of an engine tells, as that of a pipeline. */
    private static StepContext step(Progress progress) {
        return progress == null ? null : new EngineStep(progress);
    }

    /** @param step of an engine or a pipeline; null for any other call */
    private Frame call(ObjectNode call, byte[] body, StepContext step) throws Exception {
        Scope current = calls.current();
        if (current == null) {
            throw new IllegalStateException("An extension is called for a tenant only");
        }
        call.set("caller", Callers.write(current.caller()));
        call.set("settings", Frames.JSON.valueToTree(current.settings().values()));
        if (current.settings() instanceof TenantSettings own) {
            call.set("secrets", Frames.JSON.valueToTree(own.secrets()));
        }
        Operations operations =
                new Operations(tenants.apply(current), metrics, number -> executor.execute(() -> task(number)), step);
        return process.call(call, body, operations);
    }

    static ObjectNode head(String kind, String name) {
        return Frames.head("call").put("kind", kind).put("name", name);
    }

    /** Has a task run that a call has submitted; how it ends is the extension's own business. */
    private void task(long number) {
        try {
            call(head("task", "").put("task", number), NOTHING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.debug("A task of {} failed: {}", process, e.toString());
        }
    }

    private record EngineStep(Progress progress) implements StepContext {
        @Override
        public void log(String line) {
            progress.log(line);
        }

        @Override
        public boolean cancelled() {
            return progress.cancelled();
        }

        @Override
        public List<String> files() throws StepException {
            throw noFiles();
        }

        @Override
        public Optional<byte[]> read(String path) throws StepException {
            throw noFiles();
        }

        private static StepException noFiles() {
            return new StepException("NO_FILES", "The step of an engine is shown no files", false, null);
        }
    }

    private final class Routes implements ExternalRoutes {
        private final String description;

        Routes(String description) {
            this.description = description;
        }

        @Override
        public String description() {
            return description;
        }

        @Override
        public Answer answer(Request request) throws Exception {
            ObjectNode head = head("request", request.operationId());
            head.set("request", Requests.write(request));
            Frame answer = call(head, request.body());
            return Requests.readAnswer(answer.head().path("answer"), answer.body());
        }
    }

    private final class Listener implements EventListener {
        private final String name;
        private final Set<String> types;

        Listener(String name, Set<String> types) {
            this.name = name;
            this.types = types;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Set<String> types() {
            return types;
        }

        @Override
        public void onEvent(PlatformEvent event) throws Exception {
            ObjectNode head = head("event", name);
            ObjectNode json = head.putObject("event")
                    .put("id", event.id())
                    .put("type", event.type())
                    .put("created_at", event.createdAt().toString());
            json.set("data", Frames.JSON.valueToTree(event.data()));
            call(head, NOTHING);
        }
    }

    private final class Job implements ScheduledJob {
        private final String name;
        private final Duration interval;

        Job(String name, Duration interval) {
            this.name = name;
            this.interval = interval;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Duration interval() {
            return interval;
        }

        @Override
        public void run() throws Exception {
            call(head("job", name), NOTHING);
        }
    }

    private final class Command implements ExtensionCommand {
        private static final int LONGEST_OUTPUT = 1 << 20;

        private final String name;
        private final String description;

        Command(String name, String description) {
            this.name = name;
            this.description = description;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String description() {
            return description;
        }

        @Override
        public String run(List<String> arguments) throws Exception {
            ObjectNode head = head("command", name);
            ArrayNode given = head.putArray("arguments");
            arguments.forEach(given::add);
            String text = call(head, NOTHING).text("text");
            return text.length() <= LONGEST_OUTPUT ? text : text.substring(0, LONGEST_OUTPUT);
        }
    }
}
