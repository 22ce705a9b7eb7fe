package org.platformforge.kernel.extension.release;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.platformforge.extension.api.command.ExtensionCommand;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.event.EventListener;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.job.ScheduledJob;
import org.platformforge.extension.api.pipeline.PipelineStep;
import org.platformforge.kernel.api.extension.ExtensionContributions.TemplateFile;
import org.platformforge.kernel.api.extension.ExtensionRelease;

/**
 * What a release has for the platform to call, by name. Asked for once, at its start: what it says later does not count.
 *
 * @param jobs by name, with the pause between two runs
 */
public record Points(
        Map<String, Listener> listeners,
        Map<String, Job> jobs,
        Map<String, Command> commands,
        List<TemplateFile> templates,
        Map<String, Engine> engines,
        Map<String, FrameworkPoint> frameworks,
        Map<String, PipelineStep> steps) {
    static final Points NONE = new Points(Map.of(), Map.of(), Map.of(), List.of(), Map.of(), Map.of(), Map.of());

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final Duration SHORTEST = Duration.ofSeconds(10);

    public record Listener(Set<String> types, EventListener service) {
        public boolean wants(String type) {
            return types.stream().anyMatch(wanted -> covers(wanted, type));
        }
    }

    public record Job(Duration interval, ScheduledJob service) {}

    public record Engine(String name, Set<String> types, Driver service) {}

    public record FrameworkPoint(Framework.Description description, Set<String> files, Framework service) {}

    public record Command(String description, ExtensionCommand service) {}

    /** Calls the extension's code: on a thread of its own. */
    static Points of(Release release) throws RefusedException {
        Map<String, Listener> listeners = new TreeMap<>();
        for (EventListener listener : release.services(EventListener.class)) {
            Set<String> types = Set.copyOf(listener.types());
            for (String type : types) {
                declared(release.described(), listener.name(), type);
            }
            put(listeners, listener, EventListener::name, new Listener(types, listener));
        }
        Map<String, Job> jobs = new TreeMap<>();
        for (ScheduledJob job : release.services(ScheduledJob.class)) {
            Duration wanted = job.interval();
            Duration interval = wanted.compareTo(SHORTEST) < 0 ? SHORTEST : wanted;
            put(jobs, job, ScheduledJob::name, new Job(interval, job));
        }
        Map<String, Command> commands = new TreeMap<>();
        for (ExtensionCommand command : release.services(ExtensionCommand.class)) {
            put(commands, command, ExtensionCommand::name, new Command(command.description(), command));
        }
        Map<String, PipelineStep> steps = new TreeMap<>();
        for (PipelineStep step : release.services(PipelineStep.class)) {
            put(steps, step, PipelineStep::name, step);
        }
        return new Points(
                Map.copyOf(listeners),
                Map.copyOf(jobs),
                Map.copyOf(commands),
                Provisioning.templates(release),
                Provisioning.engines(release),
                Frameworks.of(release),
                Map.copyOf(steps));
    }

    private static <S, P> void put(Map<String, P> points, S service, Function<S, String> naming, P point)
            throws RefusedException {
        String name = naming.apply(service);
        if (name == null || !NAME.matcher(name).matches()) {
            throw new RefusedException(service.getClass().getName() + " has the name \"" + name
                    + "\"; a name is 1 to 64 of a-z, 0-9 and -");
        }
        if (points.put(name, point) != null) {
            throw new RefusedException(service.getClass().getName() + " has a name that is taken: " + name);
        }
    }

    private static void declared(ExtensionRelease release, String listener, String type) throws RefusedException {
        if (release.events().stream().noneMatch(declared -> covers(declared, type))) {
            throw new RefusedException("The listener " + listener + " wants " + type
                    + ", which the manifest's permissions.events do not name");
        }
    }

    /** @param pattern a type, or the beginning of types with {@code .*} behind it */
    static boolean covers(String pattern, String type) {
        return pattern.equals(type)
                || (pattern.endsWith(".*") && type.startsWith(pattern.substring(0, pattern.length() - 1)));
    }
}
