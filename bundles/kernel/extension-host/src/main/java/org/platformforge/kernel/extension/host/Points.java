package org.platformforge.kernel.extension.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URL;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.platformforge.extension.api.command.ExtensionCommand;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.event.EventListener;
import org.platformforge.extension.api.event.PlatformEvent;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.job.ScheduledJob;
import org.platformforge.extension.api.pipeline.PipelineStep;
import org.platformforge.extension.api.template.TemplateProvider;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExternalRoutes;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;
import org.platformforge.kernel.extension.wire.Requests;
import org.platformforge.kernel.extension.wire.Stored;
import org.platformforge.kernel.http.chain.HostedRoutes;

/** What the platform may call: told once, at the start, and called by name. Thread-safe. */
final class Points {
    private final Map<String, EventListener> listeners = new HashMap<>();
    private final Map<String, ScheduledJob> jobs = new HashMap<>();
    private final Map<String, ExtensionCommand> commands = new HashMap<>();
    private final Map<String, Driver> drivers = new HashMap<>();
    private final Map<String, Framework> frameworks = new HashMap<>();
    private final Map<String, PipelineStep> pipelineSteps = new HashMap<>();
    private final ExternalRoutes routes;
    private final Engines engines;
    private final Steps steps;
    private final ObjectNode told = Frames.head("ready");

    private Points(ExternalRoutes routes, Link link) {
        this.routes = routes;
        this.engines = new Engines(link);
        this.steps = new Steps(link);
    }

    static Points of(Extension extension, String extensionId, String version, Link link) throws StartException {
        List<Object> resources = extension.resources();
        Points points = new Points(resources.isEmpty() ? null : routes(extensionId, version, resources), link);
        points.tell(extension);
        return points;
    }

    private static ExternalRoutes routes(String extensionId, String version, List<Object> resources)
            throws StartException {
        try {
            return new HostedRoutes(
                    extensionId, version, resources, () -> CallScope.current().caller());
        } catch (IllegalArgumentException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private void tell(Extension extension) throws StartException {
        told.put("routes", routes == null ? null : routes.description());
        ArrayNode types = told.putArray("listeners");
        for (EventListener one : extension.services(EventListener.class)) {
            put(listeners, one, EventListener::name);
            ArrayNode wanted = types.addObject().put("name", one.name()).putArray("types");
            one.types().forEach(wanted::add);
        }
        ArrayNode intervals = told.putArray("jobs");
        for (ScheduledJob one : extension.services(ScheduledJob.class)) {
            put(jobs, one, ScheduledJob::name);
            intervals
                    .addObject()
                    .put("name", one.name())
                    .put("interval_millis", one.interval().toMillis());
        }
        ArrayNode descriptions = told.putArray("commands");
        for (ExtensionCommand one : extension.services(ExtensionCommand.class)) {
            put(commands, one, ExtensionCommand::name);
            descriptions.addObject().put("name", one.name()).put("description", one.description());
        }
        ArrayNode files = told.putArray("templates");
        for (TemplateProvider provider : extension.services(TemplateProvider.class)) {
            for (URL url : provider.templates()) {
                files.add(url == null ? null : url.getPath());
            }
        }
        ArrayNode made = told.putArray("engines");
        for (Driver one : extension.services(Driver.class)) {
            put(drivers, one, Driver::engine);
            ArrayNode resources = made.addObject().put("name", one.engine()).putArray("types");
            one.resourceTypes().forEach(resources::add);
        }
        ArrayNode described = told.putArray("frameworks");
        for (Framework one : extension.services(Framework.class)) {
            put(frameworks, one, framework -> framework.description().id());
            ObjectNode framework = described.addObject();
            framework.set("description", Frames.JSON.valueToTree(one.description()));
            one.files().forEach(framework.putArray("files")::add);
        }
        ArrayNode names = told.putArray("steps");
        for (PipelineStep one : extension.services(PipelineStep.class)) {
            put(pipelineSteps, one, PipelineStep::name);
            names.add(one.name());
        }
    }

    private static <S> void put(Map<String, S> points, S service, Function<S, String> naming) throws StartException {
        String name = naming.apply(service);
        if (name == null || points.put(name, service) != null) {
            throw new StartException(
                    service.getClass().getName() + " has no name, or one that is taken: " + name, null);
        }
    }

    /** What the platform is told. */
    ObjectNode told() {
        return told;
    }

    /** Does what is called for. @return the message that answers it, without the call's number */
    Frame call(Frame call) throws Exception {
        ObjectNode answer = Frames.head("answer");
        String name = call.text("name");
        switch (call.text("kind")) {
            case "request" -> {
                ExternalRoutes.Answer given =
                        routes.answer(Requests.readRequest(call.head().path("request"), call.body()));
                answer.set("answer", Requests.write(given));
                return new Frame(answer, given.body());
            }
            case "event" -> there(listeners, name).onEvent(event(call.head().path("event")));
            case "job" -> there(jobs, name).run();
            case "command" -> answer.put("text", there(commands, name).run(arguments(call)));
            case "driver" -> {
                JsonNode value = engines.call(there(drivers, name), call);
                return new Frame(answer, Frames.JSON.writeValueAsBytes(value));
            }
            case "framework" -> {
                Framework framework = there(frameworks, name);
                SourceTree source = Frames.JSON.readValue(call.body(), SourceTree.class);
                Object value =
                        call.text("method").equals("detect") ? framework.detect(source) : plan(framework, source);
                return new Frame(answer, Frames.JSON.writeValueAsBytes(value));
            }
            case "step" -> {
                return new Frame(answer, steps.call(there(pipelineSteps, name), call));
            }
            default -> throw PlatformException.of(ErrorKind.INTERNAL, "The host does not know such calls");
        }
        return new Frame(answer);
    }

    /** What it says against the application is for its author to read, and no failure. */
    private static Object plan(Framework framework, SourceTree source) {
        try {
            return Map.of("plan", framework.plan(source));
        } catch (IllegalArgumentException e) {
            return Map.of("refused", String.valueOf(e.getMessage()));
        }
    }

    private static <S> S there(Map<String, S> points, String name) {
        S point = points.get(name);
        if (point == null) {
            throw PlatformException.notFound("Extension point", name);
        }
        return point;
    }

    private static PlatformEvent event(JsonNode json) {
        return new PlatformEvent(
                json.path("id").asText(),
                json.path("type").asText(),
                Instant.parse(json.path("created_at").asText()),
                Stored.map(json.path("data")));
    }

    private static List<String> arguments(Frame call) {
        List<String> arguments = new ArrayList<>();
        call.head().path("arguments").forEach(argument -> arguments.add(argument.asText()));
        return arguments;
    }
}
