package org.platformforge.driver.lxd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.platformforge.driver.common.HttpProbe;
import org.platformforge.driver.common.Tools;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Artifacts;
import org.platformforge.kernel.api.delivery.Sources;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.security.Secrets;

/**
 * The LXD engine: an application is a container or a virtual machine with an address of its own. All that is known of an
 * instance stands in the instance's own tags; every node of the platform sees the same. Thread-safe.
 */
@Component(
        service = {Driver.class, HealthCheck.class},
        configurationPid = LxdConfig.PID,
        // asked for by name, or by the operator's configuration: behind the engine that is always there
        property = "service.ranking:Integer=-100")
@Designate(ocd = LxdConfig.class)
public final class LxdDriver implements Driver, HealthCheck {
    static final String ENGINE = "lxd";

    private static final String NOT_CONFIGURED = "The engine lxd is not configured: its configuration names no server";

    private final Secrets secrets;
    private final String platform;
    private final ObjectMapper json = new ObjectMapper();
    private final AppRunner applications;
    private final BuildRunner builds;
    private final Machines machines;
    private final Map<String, Sample> samples = new ConcurrentHashMap<>();
    private volatile Server server;

    /** Needed for everything that is made. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Artifacts artifacts;

    /** Needed for what is made of a repository. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Sources sources;

    private record Sample(long atNanos, long cpuNanos) {}

    @Activate
    public LxdDriver(@Reference Secrets secrets, LxdConfig config) {
        this.secrets = secrets;
        this.platform = HexFormat.of().formatHex(secrets.mac("driver.lxd.platform", new byte[0]), 0, 8);
        this.machines = new Machines(() -> artifacts, () -> sources);
        this.applications = new AppRunner(machines);
        this.builds = new BuildRunner(machines);
        this.server = new Server(config);
    }

    @Modified
    void modified(LxdConfig changed) {
        server = new Server(changed);
    }

    @Override
    public String engine() {
        return ENGINE;
    }

    @Override
    public Set<String> resourceTypes() {
        return LxdSpec.TYPES;
    }

    @Override
    public List<Problem> check(ResourceSpec spec) {
        Server now = server;
        if (!now.configured()) {
            return List.of(new Problem("engine", NOT_CONFIGURED));
        }
        List<Problem> problems = new ArrayList<>();
        LxdSpec wanted = LxdSpec.parse(spec, now.config(), problems);
        Sources present = sources;
        if (wanted.repository() != null && present != null) {
            present.objection(wanted.repository())
                    .ifPresent(objection -> problems.add(new Problem("repository", objection)));
        }
        now.images().check(wanted.shape().image(), spec.properties().get(Tools.PROPERTY), problems);
        return problems;
    }

    @Override
    public Observation apply(ResourceSpec spec, Progress progress) throws DriverException, InterruptedException {
        Instances instances = instances();
        List<Problem> problems = new ArrayList<>();
        LxdSpec wanted = LxdSpec.parse(spec, instances.client().config(), problems);
        if (!problems.isEmpty()) {
            Problem first = problems.get(0);
            throw new DriverException("INVALID_RESOURCE", first.property() + " " + first.message(), false, null);
        }
        if (wanted.build()) {
            server.images().tell(wanted.shape().image(), progress);
            return builds.run(instances, spec, wanted, facts(wanted), progress);
        }
        Instance made = applications.run(instances, spec, wanted, fingerprint(spec), progress);
        try {
            return observation(instances, made);
        } catch (LxdFailure e) {
            throw e.driver("The instance runs, and could not be looked at");
        }
    }

    /** Keyed, because passwords are a part of it. */
    private String fingerprint(ResourceSpec spec) {
        try {
            byte[] properties = json.writeValueAsBytes(new TreeMap<>(spec.properties()));
            return HexFormat.of().formatHex(secrets.mac("driver.lxd.fingerprint", properties));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> facts(LxdSpec wanted) {
        return Map.of(
                "isolation",
                isolation(wanted.shape().virtualMachine(), false),
                "image",
                wanted.shape().image());
    }

    @Override
    public Optional<Observation> observe(String resourceId) {
        return asked(Optional.empty(), instances -> {
            Optional<Instance> found = instances.find(resourceId);
            return found.isEmpty() ? Optional.empty() : Optional.of(observation(instances, found.get()));
        });
    }

    private Observation observation(Instances instances, Instance instance) throws LxdFailure, InterruptedException {
        LxdConfig config = instances.client().config();
        boolean application = LxdSpec.APPLICATION.equals(instance.tagged(Instance.TYPE));
        Optional<String> address = Optional.empty();
        Map<String, String> facts = facts(instance, config);
        if (instance.running()) {
            address = Addresses.of(instances.state(instance.name()), config);
            if (!LxdSpec.BUILD.equals(instance.tagged(Instance.TYPE))) {
                int starts = AppRunner.starts(new Guest(instances, instance.name()));
                facts.put("restarts", Integer.toString(Math.max(0, starts - 1)));
            }
        }
        Map<String, String> outputs = new LinkedHashMap<>();
        outputs.put("vm_id", instance.name());
        address.ifPresent(own -> outputs.put("ip_address", own));
        if (application && address.isPresent()) {
            outputs.put("address", HttpProbe.withPort(address.get(), config.port()));
            outputs.put("port", Integer.toString(config.port()));
        }
        return new Observation(state(instance, application, address, config), "", outputs, facts);
    }

    private static State state(Instance instance, boolean application, Optional<String> address, LxdConfig config) {
        boolean ready = Machines.READY.equals(instance.tagged(Instance.PHASE));
        if (!ready) {
            return instance.running() ? State.STARTING : State.FAILED;
        }
        if (!instance.running() || LxdSpec.BUILD.equals(instance.tagged(Instance.TYPE))) {
            return State.STOPPED;
        }
        boolean serving = !application || address.isPresent() && !HttpProbe.refuses(address.get(), config.port());
        return serving ? State.RUNNING : State.RESTARTING;
    }

    private static Map<String, String> facts(Instance instance, LxdConfig config) {
        Map<String, String> facts = new LinkedHashMap<>();
        String allowance = instance.config("limits.cpu.allowance");
        String cpu = allowance.isEmpty() ? instance.config("limits.cpu") : allowance;
        facts.put("limits.cpu", cpu.isEmpty() ? "none" : cpu + ", by LXD");
        String memory = instance.config("limits.memory");
        facts.put("limits.memory", memory.isEmpty() ? "none" : memory + ", by LXD");
        String disk = instance.node()
                .path("expanded_devices")
                .path("root")
                .path("size")
                .asText("");
        facts.put("limits.disk", disk.isEmpty() ? "none" : disk + ", as far as the pool " + config.pool() + " can");
        facts.put(
                "isolation",
                isolation(instance.virtualMachine(), "true".equals(instance.config("security.privileged"))));
        String image = instance.config("image.description");
        if (!image.isEmpty()) {
            facts.put("image", image);
        }
        String location = instance.node().path("location").asText("");
        if (!location.isEmpty() && !"none".equals(location)) {
            facts.put("location", location);
        }
        String supervision = instance.tagged(Instance.SUPERVISION);
        if (!supervision.isEmpty()) {
            facts.put(
                    "supervision",
                    "script".equals(supervision) ? "script; not started again when the instance reboots" : supervision);
        }
        return facts;
    }

    private static String isolation(boolean virtualMachine, boolean privileged) {
        return virtualMachine
                ? "virtual machine of LXD"
                : privileged ? "privileged container of LXD" : "unprivileged container of LXD";
    }

    @Override
    public void delete(String resourceId, Progress progress) throws DriverException, InterruptedException {
        machines.remove(instances(), resourceId, progress, true);
        samples.remove(resourceId);
    }

    @Override
    public List<Held> inventory() {
        return asked(List.of(), instances -> {
            List<Held> held = new ArrayList<>();
            for (Instance instance : instances.all()) {
                held.add(new Held(
                        instance.tagged(Instance.RESOURCE),
                        instance.tagged(Instance.TENANT),
                        instance.tagged(Instance.OWNER),
                        instance.name() + ", " + instance.tagged(Instance.SERVICE) + " in "
                                + instance.tagged(Instance.ENVIRONMENT)));
            }
            return held;
        });
    }

    @Override
    public List<String> logs(String resourceId, int tail) {
        return asked(List.of(), instances -> {
            Optional<Instance> found = instances.find(resourceId);
            if (found.isEmpty()) {
                return List.of();
            }
            boolean build = LxdSpec.BUILD.equals(found.get().tagged(Instance.TYPE));
            return new Guest(instances, found.get().name())
                    .read(build ? Guests.BUILD_LOG : Guests.LOG)
                    .map(text -> Machines.last(text, tail))
                    .orElse(List.of());
        });
    }

    @Override
    public Optional<Usage> usage(String resourceId) {
        return asked(Optional.empty(), instances -> {
            Optional<Instance> found = instances.find(resourceId).filter(Instance::running);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            JsonNode state = instances.state(found.get().name());
            JsonNode memory = state.path("memory").path("usage");
            return Optional.of(new Usage(
                    cores(resourceId, state.path("cpu").path("usage").asLong(-1)),
                    cpuLimit(found.get()),
                    memory.asLong() > 0 ? memory.asLong() : null,
                    memoryLimit(found.get())));
        });
    }

    /** Since the last time it was asked; null the first time. */
    private Double cores(String resourceId, long cpuNanos) {
        if (cpuNanos < 0) {
            return null;
        }
        Sample now = new Sample(System.nanoTime(), cpuNanos);
        Sample before = samples.put(resourceId, now);
        return before == null || now.atNanos() <= before.atNanos() || cpuNanos < before.cpuNanos()
                ? null
                : (double) (cpuNanos - before.cpuNanos()) / (now.atNanos() - before.atNanos());
    }

    private static Double cpuLimit(Instance instance) {
        String allowance = instance.config("limits.cpu.allowance");
        if (allowance.matches("[0-9]{1,9}ms/100ms")) {
            return new BigDecimal(allowance.substring(0, allowance.indexOf('m')))
                    .movePointLeft(2)
                    .doubleValue();
        }
        String whole = instance.config("limits.cpu");
        return whole.matches("[0-9]{1,5}") ? Double.valueOf(whole) : null;
    }

    private static Long memoryLimit(Instance instance) {
        String limit = instance.config("limits.memory");
        return limit.matches("[0-9]{1,18}B") ? Long.valueOf(limit.substring(0, limit.length() - 1)) : null;
    }

    @Override
    public String name() {
        return "driver.lxd";
    }

    @Override
    public Health check() {
        return server.health();
    }

    private Instances instances() throws DriverException {
        Server now = server;
        if (!now.configured()) {
            throw new DriverException("NOT_CONFIGURED", NOT_CONFIGURED, true, null);
        }
        try {
            return new Instances(now.client(), platform);
        } catch (LxdFailure e) {
            throw e.driver("The engine lxd cannot be used");
        }
    }

    /** A question to the server. */
    @FunctionalInterface
    private interface Question<T> {
        T put(Instances instances) throws LxdFailure, InterruptedException;
    }

    /** @param otherwise while no server is configured: then this engine has never made anything */
    private <T> T asked(T otherwise, Question<T> question) {
        Server now = server;
        if (!now.configured()) {
            return otherwise;
        }
        try {
            return question.put(new Instances(now.client(), platform));
        } catch (LxdFailure e) {
            throw silent(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw silent("interrupted", e);
        }
    }

    /** What callers take for an engine that does not answer now, and not for a bug. */
    private static PlatformException silent(String why, Exception cause) {
        return PlatformException.of(ErrorKind.UNAVAILABLE, "LXD could not be asked: " + why)
                .withCode(ExtensionContributions.NO_ANSWER)
                .withCause(cause);
    }
}
