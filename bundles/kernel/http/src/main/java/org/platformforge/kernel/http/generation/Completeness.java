package org.platformforge.kernel.http.generation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Whether every component a bundle declares is there, and what the missing ones wait for. Thread-safe. */
public final class Completeness {
    /** The whiteboard property of a JAX-RS resource. */
    static final String RESOURCE = "osgi.jaxrs.resource";

    private final ServiceComponentRuntime components;

    public Completeness(ServiceComponentRuntime components) {
        this.components = components;
    }

    /** What keeps the bundle's resource components from being served; empty when all of them are registered. */
    List<String> missingResources(Bundle bundle, Collection<ServiceReference<Object>> registered) {
        Set<Object> names = registered.stream()
                .map(reference -> reference.getProperty("component.name"))
                .collect(Collectors.toSet());
        List<String> problems = new ArrayList<>();
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
            if (isResource(component) && isWanted(component)) {
                List<String> own = problems(component);
                problems.addAll(own);
                if (own.isEmpty() && !names.contains(component.name)) {
                    problems.add(component.name + " is about to be registered");
                }
            }
        }
        return problems;
    }

    /**
     * What keeps any component of the bundle from being there; those that only wait for a configuration are left out.
     */
    public List<String> missingComponents(Bundle bundle) {
        return components.getComponentDescriptionDTOs(bundle).stream()
                .filter(this::isWanted)
                .filter(component -> !"require".equals(component.configurationPolicy))
                .flatMap(component -> problems(component).stream())
                .toList();
    }

    boolean declaresResources(Bundle bundle) {
        return components.getComponentDescriptionDTOs(bundle).stream().anyMatch(Completeness::isResource);
    }

    /** Whether no component of the bundle is a resource, and all are known: they are read some time after its start. */
    boolean declaresNoResources(Bundle bundle) {
        Collection<ComponentDescriptionDTO> known = components.getComponentDescriptionDTOs(bundle);
        return known.isEmpty()
                ? bundle.getHeaders("").get("Service-Component") == null
                : known.stream().noneMatch(Completeness::isResource);
    }

    private static boolean isResource(ComponentDescriptionDTO component) {
        return "true".equals(String.valueOf(component.properties.get(RESOURCE)));
    }

    /** The component runtime enables a bundle's components one after another: the last is wanted before it is enabled. */
    private boolean isWanted(ComponentDescriptionDTO component) {
        return component.defaultEnabled || components.isComponentEnabled(component);
    }

    private List<String> problems(ComponentDescriptionDTO component) {
        if (!components.isComponentEnabled(component)) {
            return List.of(component.name + " is not enabled");
        }
        Collection<ComponentConfigurationDTO> configurations = components.getComponentConfigurationDTOs(component);
        if (configurations.isEmpty()) {
            return List.of(component.name + " waits for its configuration");
        }
        return configurations.stream()
                .flatMap(configuration -> problem(component, configuration))
                .toList();
    }

    private static Stream<String> problem(ComponentDescriptionDTO component, ComponentConfigurationDTO configuration) {
        return switch (configuration.state) {
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION ->
                Stream.of(component.name + " waits for its configuration");
            case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
                Stream.of(configuration.unsatisfiedReferences)
                        .map(reference -> component.name + " waits for " + wanted(component, reference));
            case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                Stream.of(component.name + " failed to start; the log has the reason");
            default -> Stream.empty();
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
}
