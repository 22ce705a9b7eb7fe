package org.platformforge.extension.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.platformforge.extension.api.DocumentStore;
import org.platformforge.extension.api.KeyValueStore;
import org.platformforge.extension.api.OutboundHttp;
import org.platformforge.extension.api.Settings;
import org.platformforge.extension.api.TenantContext;
import org.platformforge.extension.api.command.ExtensionCommand;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.extension.api.event.EventListener;
import org.platformforge.extension.api.event.PlatformEvent;
import org.platformforge.extension.api.job.ScheduledJob;
import org.platformforge.extension.api.pipeline.PipelineStep;
import org.platformforge.extension.api.pipeline.StepContext;
import org.platformforge.extension.verifier.ConfigurationSchema;
import org.platformforge.extension.verifier.ExtensionManifest;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Ids;

/** A tenant that has the extension installed, and what the test does there. Not thread-safe. */
public final class Tenant {
    private final String id;
    private final ExtensionManifest manifest;
    private final TestContext context;
    private final StubHttp http;
    private final Felix felix;
    private final MemoryKeyValues keyValues = new MemoryKeyValues();
    private final Map<String, MemoryDocuments> documents = new LinkedHashMap<>();
    private final List<PlatformEvent> published = new CopyOnWriteArrayList<>();
    private final List<String> progressLog = new CopyOnWriteArrayList<>();
    private Map<String, Object> settings;
    private Set<String> permissions;

    Tenant(String id, ExtensionManifest manifest, TestContext context, StubHttp http, Felix felix) {
        this.id = id;
        this.manifest = manifest;
        this.context = context;
        this.http = http;
        this.felix = felix;
        this.settings = ConfigurationSchema.of(manifest.configuration()).withDefaults(Map.of());
    }

    /**
     * Configures the extension, secrets among the rest.
     *
     * @throws IllegalArgumentException when the manifest's schema refuses it, as the platform would
     */
    public Tenant configure(Map<String, ?> values) {
        ConfigurationSchema schema = ConfigurationSchema.of(manifest.configuration());
        List<ConfigurationSchema.Problem> problems = schema.problems(values);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.toString());
        }
        settings = schema.withDefaults(values);
        return this;
    }

    /** From now on requests come from somebody with these verbs only; at first everything is permitted. */
    public Tenant permit(String... verbs) {
        permissions = Set.of(verbs);
        return this;
    }

    public Answer get(String path) {
        return request("GET", path, null);
    }

    public Answer post(String path, Object body) {
        return request("POST", path, body);
    }

    public Answer put(String path, Object body) {
        return request("PUT", path, body);
    }

    public Answer delete(String path) {
        return request("DELETE", path, null);
    }

    /**
     * Calls a route as somebody of this tenant.
     *
     * @param path as in {@code @Path}, with a query where there is one
     * @param body JSON-compatible, or null
     */
    public Answer request(String method, String path, Object body) {
        Caller caller = new TestCaller(id, verb -> permissions == null || permissions.contains(verb));
        return in(caller, () -> new Dispatcher(felix.resources(), caller).dispatch(method, path, body));
    }

    /**
     * Lets something have happened in this tenant and delivers it to the listeners that want it.
     *
     * @return how many did
     * @throws IllegalArgumentException when the manifest does not declare the type: the platform would not deliver it
     */
    public int happened(String type, Map<String, Object> data) {
        if (manifest.permissions().events().stream().noneMatch(pattern -> matches(pattern, type))) {
            throw new IllegalArgumentException("permissions.events does not declare " + type);
        }
        PlatformEvent event =
                new PlatformEvent(Ids.next("evt_"), type, context.clock().instant(), data);
        int delivered = 0;
        for (EventListener listener : felix.services(EventListener.class)) {
            if (listener.types().stream().anyMatch(pattern -> matches(pattern, type))) {
                run(() -> {
                    listener.onEvent(event);
                    return null;
                });
                delivered++;
            }
        }
        return delivered;
    }

    private static boolean matches(String pattern, String type) {
        return pattern.endsWith(".*")
                ? type.startsWith(pattern.substring(0, pattern.length() - 1))
                : pattern.equals(type);
    }

    /** Runs a scheduled job once, as when its time has come. */
    public void job(String name) {
        ScheduledJob job = felix.services(ScheduledJob.class).stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no job " + name));
        run(() -> {
            job.run();
            return null;
        });
    }

    /** Runs a command. @return what it prints */
    public String command(String name, String... arguments) {
        ExtensionCommand command = felix.services(ExtensionCommand.class).stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no command " + name));
        return run(() -> command.run(List.of(arguments)));
    }

    /**
     * One of the extension's engines, called in this tenant as provisioning does.
     *
     * @param name {@link Driver#engine()}
     */
    public Driver engine(String name) {
        Driver driver = felix.services(Driver.class).stream()
                .filter(one -> one.engine().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no engine " + name));
        return Engines.in(Driver.class, driver, work -> context.call(new View(new TestCaller(id, verb -> true)), work));
    }

    /**
     * One of the extension's pipeline steps, called in this tenant as pipelines do.
     *
     * @param name {@link PipelineStep#name()}
     */
    public PipelineStep step(String name) {
        PipelineStep step = felix.services(PipelineStep.class).stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no step " + name));
        return Engines.in(
                PipelineStep.class, step, work -> context.call(new View(new TestCaller(id, verb -> true)), work));
    }

    /** A run of the stage {@code step} of the service {@code service}. */
    public PipelineStep.StepRequest stepRequest(Map<String, Object> with) {
        return new PipelineStep.StepRequest(
                "run-test", "step", "service", "https://github.com/org/app", "main", "c".repeat(40), with);
    }

    /** A run with these files, by path; takes what a step tells while it works; never cancelled. */
    public StepContext stepContext(Map<String, String> files) {
        return new StepContext() {
            @Override
            public void log(String line) {
                progressLog.add(line);
            }

            @Override
            public boolean cancelled() {
                return false;
            }

            @Override
            public List<String> files() {
                return files.keySet().stream().sorted().toList();
            }

            @Override
            public Optional<byte[]> read(String path) {
                return Optional.ofNullable(files.get(path)).map(text -> text.getBytes(StandardCharsets.UTF_8));
            }
        };
    }

    /** A resource of the service {@code service} in the environment {@code test} of this tenant. */
    public ResourceSpec spec(String resourceId, String type, Map<String, Object> properties) {
        return new ResourceSpec(resourceId, id, "prov-test", "resource", "service", "test", type, properties);
    }

    /** Takes what an engine tells while it works; never cancelled. */
    public Progress progress() {
        return new Progress() {
            @Override
            public void log(String line) {
                progressLog.add(line);
            }

            @Override
            public boolean cancelled() {
                return false;
            }
        };
    }

    /** Lines that {@link #progress} and {@link #stepContext} were told, oldest first. */
    public List<String> progressLog() {
        return List.copyOf(progressLog);
    }

    /** Events the extension has published here, oldest first. */
    public List<PlatformEvent> published() {
        return new ArrayList<>(published);
    }

    /** What the extension has stored here. */
    public KeyValueStore keyValues() {
        return keyValues;
    }

    /** What the extension has stored here. */
    public DocumentStore documents(String collection) {
        return documents.computeIfAbsent(
                collection,
                name -> new MemoryDocuments(manifest.indexes().getOrDefault(name, Set.of()), context.clock()));
    }

    private <T> T run(Callable<T> work) {
        return in(new TestCaller(id, verb -> true), work);
    }

    private <T> T in(Caller caller, Callable<T> work) {
        try {
            return context.call(new View(caller), work);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("The extension has failed", e);
        }
    }

    private final class View implements TenantContext {
        private final Caller caller;

        View(Caller caller) {
            this.caller = caller;
        }

        @Override
        public String tenantId() {
            return id;
        }

        @Override
        public Caller caller() {
            return caller;
        }

        @Override
        public Settings settings() {
            return new TestSettings(
                    settings, ConfigurationSchema.of(manifest.configuration()).secrets());
        }

        @Override
        public KeyValueStore keyValues() {
            return keyValues;
        }

        @Override
        public DocumentStore documents(String collection) {
            return Tenant.this.documents(collection);
        }

        @Override
        public OutboundHttp http() {
            return http;
        }

        @Override
        public void publish(String name, Map<String, ?> data) {
            published.add(new PlatformEvent(
                    Ids.next("evt_"),
                    "ext." + manifest.id() + "." + name,
                    context.clock().instant(),
                    Map.copyOf(data)));
        }
    }

    private record TestSettings(Map<String, Object> all, Set<String> secrets) implements Settings {
        @Override
        public Map<String, Object> values() {
            Map<String, Object> open = new LinkedHashMap<>(all);
            open.keySet().removeAll(secrets);
            return open;
        }

        private <T> Optional<T> value(String key, Class<T> type) {
            return secrets.contains(key)
                    ? Optional.empty()
                    : Optional.ofNullable(all.get(key)).filter(type::isInstance).map(type::cast);
        }

        @Override
        public Optional<String> string(String key) {
            return value(key, String.class);
        }

        @Override
        public Optional<Long> integer(String key) {
            return value(key, Number.class).map(Number::longValue);
        }

        @Override
        public boolean flag(String key) {
            return value(key, Boolean.class).orElse(false);
        }

        @Override
        public Optional<String> secret(String key) {
            return secrets.contains(key) ? Optional.ofNullable((String) all.get(key)) : Optional.empty();
        }
    }
}
