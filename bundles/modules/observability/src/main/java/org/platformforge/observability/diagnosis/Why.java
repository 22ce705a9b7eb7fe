package org.platformforge.observability.diagnosis;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;
import org.platformforge.kernel.api.module.Generations;

/**
 * Says in one sentence why a bundle, a component or a service is not there: follows what it waits for down to the deepest cause.
 * Asks the framework and changes nothing. Thread-safe.
 */
@Component(service = Why.class)
public final class Why {
    private static final int LONGEST = 300;

    private final BundleContext context;
    private final ServiceComponentRuntime components;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Generations generations;

    /** @param there whether nothing is wrong; @param reason one sentence */
    public record Answer(String name, boolean there, String reason) {}

    /** The cause as the end of a sentence; empty when nothing is wrong. */
    private record Cause(Optional<String> text) {
        static final Cause NONE = new Cause(Optional.empty());

        static Cause of(String text) {
            return new Cause(Optional.of(text));
        }
    }

    @Activate
    public Why(BundleContext context, @Reference ServiceComponentRuntime components) {
        this.context = context;
        this.components = components;
    }

    /** @param name the symbolic name of a bundle, the name of a component, or the class name of a service */
    public Answer ask(String name) {
        List<Bundle> bundles = named(name);
        if (!bundles.isEmpty()) {
            return answer(name, ofBundles(bundles), "is there: bundle " + versions(bundles));
        }
        List<ComponentDescriptionDTO> declared =
                all().filter(one -> one.name.equals(name)).toList();
        if (!declared.isEmpty()) {
            return answer(name, ofAny(declared, new HashSet<>()), "is there, in " + bundleOf(declared.get(0)));
        }
        Optional<ServiceReference<?>> service = service(name, null);
        if (service.isPresent()) {
            Bundle by = service.get().getBundle();
            String whose = by == null ? "a bundle that goes" : by.getSymbolicName() + " " + by.getVersion();
            return new Answer(name, true, name + " is there: registered by " + whose + ".");
        }
        Cause cause = ofService(name, null, new HashSet<>());
        return new Answer(
                name, false, name + " is not there because " + cause.text().orElse("nobody offers it") + ".");
    }

    private static Answer answer(String name, Cause cause, String there) {
        return cause.text()
                .map(text -> new Answer(name, false, name + " is not there because " + text + "."))
                .orElseGet(() -> new Answer(name, true, name + " " + there + "."));
    }

    private Stream<ComponentDescriptionDTO> all() {
        return components.getComponentDescriptionDTOs().stream();
    }

    private List<Bundle> named(String name) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .toList();
    }

    private static String versions(List<Bundle> bundles) {
        return String.join(
                ", ",
                bundles.stream().map(bundle -> bundle.getVersion().toString()).toList());
    }

    /** While a module is replaced there are two: one that works is enough. */
    private Cause ofBundles(List<Bundle> bundles) {
        Cause last = Cause.NONE;
        for (Bundle bundle : bundles) {
            last = ofBundle(bundle);
            if (last.text().isEmpty()) {
                return Cause.NONE;
            }
        }
        return last;
    }

    private Cause ofBundle(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.ACTIVE, Bundle.STARTING -> ofComponents(bundle);
            case Bundle.INSTALLED -> Cause.of(unresolved(bundle));
            case Bundle.RESOLVED -> Cause.of(stopped(bundle));
            case Bundle.STOPPING -> Cause.of("it is being stopped");
            default -> Cause.of("it is uninstalled");
        };
    }

    private Cause ofComponents(Bundle bundle) {
        Set<String> visited = new HashSet<>();
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
            Cause cause =
                    "require".equals(component.configurationPolicy) ? Cause.NONE : ofComponent(component, visited);
            if (cause.text().isPresent()) {
                return Cause.of("its component " + component.name + " is not there, as "
                        + cause.text().get());
            }
        }
        Generations known = generations;
        return known == null
                ? Cause.NONE
                : new Cause(known.problem(bundle.getBundleId())
                        .filter(problem -> !problem.isEmpty())
                        .map(Why::line));
    }

    private String unresolved(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        FrameworkWiring wiring = context.getBundle(Constants.SYSTEM_BUNDLE_ID).adapt(FrameworkWiring.class);
        List<BundleRequirement> wanted = revision == null ? List.of() : revision.getDeclaredRequirements(null);
        for (BundleRequirement requirement : wanted) {
            Map<String, String> directives = requirement.getDirectives();
            boolean mandatory = !"optional".equals(directives.get("resolution"))
                    && "resolve".equals(directives.getOrDefault("effective", "resolve"));
            if (mandatory && wiring.findProviders(requirement).isEmpty()) {
                return missing(requirement);
            }
        }
        return "it is not resolved although each of its requirements has a provider: it was never started, or the providers"
                + " exclude each other or are kept from it";
    }

    private static String missing(BundleRequirement requirement) {
        String filter = requirement.getDirectives().getOrDefault("filter", "");
        return requirement.getNamespace().equals("platform.license")
                ? "no licence grants " + filter
                : "nothing provides " + requirement.getNamespace() + (filter.isEmpty() ? "" : " " + filter);
    }

    private String stopped(Bundle bundle) {
        int level = bundle.adapt(BundleStartLevel.class).getStartLevel();
        int framework = context.getBundle(Constants.SYSTEM_BUNDLE_ID)
                .adapt(FrameworkStartLevel.class)
                .getStartLevel();
        if (level > framework) {
            return "it is held back: its start level " + level + " is above the framework's " + framework;
        }
        boolean wanted = bundle.adapt(BundleStartLevel.class).isPersistentlyStarted();
        return wanted ? "its start failed; the log has the reason" : "it was stopped";
    }

    private Cause ofAny(Collection<ComponentDescriptionDTO> declared, Set<String> visited) {
        Cause last = Cause.NONE;
        for (ComponentDescriptionDTO one : declared) {
            last = ofComponent(one, visited);
            if (last.text().isEmpty()) {
                return Cause.NONE;
            }
        }
        return last;
    }

    private Cause ofComponent(ComponentDescriptionDTO component, Set<String> visited) {
        if (!visited.add(component.bundle.id + component.name)) {
            return Cause.NONE;
        }
        if (!components.isComponentEnabled(component)) {
            return Cause.of("it is not enabled");
        }
        Collection<ComponentConfigurationDTO> configurations = components.getComponentConfigurationDTOs(component);
        if (configurations.isEmpty()) {
            return Cause.of("it has no configuration " + String.join(", ", component.configurationPid));
        }
        Cause last = Cause.NONE;
        for (ComponentConfigurationDTO configuration : configurations) {
            last = ofConfiguration(component, configuration, visited);
            if (last.text().isEmpty()) {
                return Cause.NONE;
            }
        }
        return last;
    }

    private Cause ofConfiguration(
            ComponentDescriptionDTO component, ComponentConfigurationDTO configuration, Set<String> visited) {
        return switch (configuration.state) {
            case ComponentConfigurationDTO.SATISFIED, ComponentConfigurationDTO.ACTIVE -> Cause.NONE;
            case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                Cause.of("it failed: " + rootCause(configuration.failure));
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION ->
                Cause.of("it has no configuration " + String.join(", ", component.configurationPid));
            default -> ofReferences(component, configuration, visited);
        };
    }

    private Cause ofReferences(
            ComponentDescriptionDTO component, ComponentConfigurationDTO configuration, Set<String> visited) {
        for (UnsatisfiedReferenceDTO unsatisfied : configuration.unsatisfiedReferences) {
            String wanted = Arrays.stream(component.references)
                    .filter(reference -> reference.name.equals(unsatisfied.name))
                    .map((ReferenceDTO reference) -> reference.interfaceName)
                    .findFirst()
                    .orElse(unsatisfied.name);
            String deeper =
                    ofService(wanted, unsatisfied.target, visited).text().orElse("that waits for it in turn");
            String target = unsatisfied.target == null ? "" : " " + unsatisfied.target;
            return Cause.of("it waits for " + wanted + target + ", which is not there because " + deeper);
        }
        return Cause.of("it is about to be there");
    }

    /** Why nobody offers a service. */
    private Cause ofService(String type, String target, Set<String> visited) {
        List<ComponentDescriptionDTO> offering = all().filter(
                        one -> Arrays.asList(one.serviceInterfaces).contains(type))
                .toList();
        for (ComponentDescriptionDTO one : offering) {
            Cause cause = ofComponent(one, visited);
            if (cause.text().isPresent()) {
                return Cause.of("of " + one.name + " in " + bundleOf(one) + ": "
                        + cause.text().get());
            }
        }
        if (!offering.isEmpty()) {
            return target == null ? Cause.NONE : Cause.of("no service that is there matches " + target);
        }
        return Arrays.stream(context.getBundles())
                .filter(bundle -> isOffered(bundle, type))
                .findFirst()
                .map(bundle -> Cause.of(
                        bundle.getState() == Bundle.ACTIVE
                                ? bundle.getSymbolicName() + " has not registered it yet"
                                : "of the bundle " + bundle.getSymbolicName() + ": "
                                        + ofBundle(bundle).text().orElse("it is starting")))
                .orElseGet(() -> Cause.of("no installed bundle or component of this name, or offering it, is known"));
    }

    private static boolean isOffered(Bundle bundle, String type) {
        String provided = bundle.getHeaders("").get(Constants.PROVIDE_CAPABILITY);
        return provided != null && Arrays.asList(provided.split("[\",;:=\\s]+")).contains(type);
    }

    private Optional<ServiceReference<?>> service(String type, String filter) {
        try {
            ServiceReference<?>[] found = context.getAllServiceReferences(type, filter);
            return found == null ? Optional.empty() : Optional.of(found[0]);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("The filter came from the component runtime", e);
        }
    }

    private static String bundleOf(ComponentDescriptionDTO component) {
        return component.bundle.symbolicName;
    }

    /** Of a stack trace the last cause's line. */
    private static String rootCause(String failure) {
        if (failure == null) {
            return "the log has the reason";
        }
        String found = failure;
        for (String line : failure.split("\\R")) {
            if (line.startsWith("Caused by: ")) {
                found = line.substring("Caused by: ".length());
            }
        }
        return line(found);
    }

    private static String line(String text) {
        String first = text.strip().split("\\R", 2)[0];
        String end = first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
        return end.length() <= LONGEST ? end : end.substring(0, LONGEST) + "…";
    }
}
