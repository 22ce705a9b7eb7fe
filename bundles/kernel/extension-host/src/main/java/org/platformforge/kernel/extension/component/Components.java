package org.platformforge.kernel.extension.component;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** What the component runtime knows of an extension's components. Thread-safe. */
public final class Components {
    private static final String RESOURCE = "osgi.jaxrs.resource";
    private static final String CAUSE = "Caused by: ";

    /** @param failed a component threw: waiting is in vain */
    public record Report(List<String> problems, boolean failed) {
        public boolean fine() {
            return problems.isEmpty();
        }
    }

    private final ServiceComponentRuntime runtime;

    public Components(ServiceComponentRuntime runtime) {
        this.runtime = runtime;
    }

    public boolean declaresResources(Bundle bundle) {
        return runtime.getComponentDescriptionDTOs(bundle).stream()
                .anyMatch(component -> "true".equals(String.valueOf(component.properties.get(RESOURCE))));
    }

    public Report look(Collection<Bundle> bundles) {
        List<String> problems = new ArrayList<>();
        boolean failed = false;
        for (Bundle bundle : bundles) {
            Collection<ComponentDescriptionDTO> known = runtime.getComponentDescriptionDTOs(bundle);
            if (known.size() < described(bundle)) {
                problems.add("Only " + known.size() + " of the " + described(bundle) + " component descriptions in "
                        + bundle.getSymbolicName() + " can be read");
            }
            for (ComponentDescriptionDTO component : known) {
                if (!runtime.isComponentEnabled(component)) {
                    continue;
                }
                Collection<ComponentConfigurationDTO> all = runtime.getComponentConfigurationDTOs(component);
                if (all.isEmpty()) {
                    problems.add(component.name + " waits for a configuration, which an extension does not get");
                }
                for (ComponentConfigurationDTO one : all) {
                    failed |= one.state == ComponentConfigurationDTO.FAILED_ACTIVATION;
                    problems.addAll(problems(component, one));
                }
            }
        }
        return new Report(problems, failed);
    }

    /** How many descriptions the manifest names; one by a pattern counts for none. */
    private static long described(Bundle bundle) {
        String header = bundle.getHeaders("").get("Service-Component");
        return header == null
                ? 0
                : Arrays.stream(header.split(","))
                        .filter(path -> !path.isBlank() && !path.contains("*"))
                        .count();
    }

    private static List<String> problems(ComponentDescriptionDTO component, ComponentConfigurationDTO configuration) {
        return switch (configuration.state) {
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION ->
                List.of(component.name + " waits for a configuration, which an extension does not get");
            case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
                List.of(configuration.unsatisfiedReferences).stream()
                        .map(reference -> component.name + " waits for a service " + wanted(component, reference)
                                + ", which an extension cannot see or nobody provides")
                        .toList();
            case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                List.of(component.name + " failed to start: " + cause(configuration.failure));
            default -> List.of();
        };
    }

    private static String wanted(ComponentDescriptionDTO component, UnsatisfiedReferenceDTO unsatisfied) {
        for (ReferenceDTO reference : component.references) {
            if (reference.name.equals(unsatisfied.name)) {
                String target = unsatisfied.target;
                return reference.interfaceName + (target == null || target.isEmpty() ? "" : " " + target);
            }
        }
        return unsatisfied.name;
    }

    /** The innermost cause of a stack trace in words. */
    private static String cause(String stackTrace) {
        if (stackTrace == null || stackTrace.isBlank()) {
            return "it gave no reason";
        }
        String[] lines = stackTrace.split("\\R");
        String found = lines[0];
        for (String line : lines) {
            if (line.startsWith(CAUSE)) {
                found = line.substring(CAUSE.length());
            }
        }
        return found;
    }
}
