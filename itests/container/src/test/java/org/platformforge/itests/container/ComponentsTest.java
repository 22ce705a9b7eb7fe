package org.platformforge.itests.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** Every component is satisfied and every configuration file is somebody's. */
public class ComponentsTest extends InContainer {
    /** Made over the API, kept in the database: it has no file. */
    private static final String SETTINGS = "org.platformforge.settings";

    private static final String SUFFIX = ".cfg";
    /** What the reader of the folder adds to the settings of a file: its URL. */
    private static final String FILE = "felix.fileinstall.filename";

    @Inject
    private ServiceComponentRuntime runtime;

    @Test
    public void everyComponentIsSatisfied() {
        Collection<ComponentDescriptionDTO> ours = ours();
        assertTrue("components of ours: " + ours.size(), ours.size() > 50);
        List<String> problems = new ArrayList<>();
        for (ComponentDescriptionDTO component : ours) {
            Collection<ComponentConfigurationDTO> instances = runtime.getComponentConfigurationDTOs(component);
            if (instances.isEmpty()) {
                problems.add(component.name + " has no instance");
            }
            for (ComponentConfigurationDTO instance : instances) {
                if (instance.state != ComponentConfigurationDTO.ACTIVE
                        && instance.state != ComponentConfigurationDTO.SATISFIED) {
                    problems.add(component.name + " is in state " + instance.state + " " + instance.failure
                            + Stream.of(instance.unsatisfiedReferences)
                                    .map(reference -> reference.name)
                                    .toList());
                }
            }
        }
        assertEquals(List.of(), problems);
    }

    @Test
    public void everyConfigurationFileReachesAComponent() throws Exception {
        Set<String> files = files();
        assertFalse(files.isEmpty());
        assertEquals(files, readByComponents());
    }

    @Test
    public void everyConfigurationHasItsFile() throws Exception {
        assertEquals(files(), pids());
    }

    /** The files whose settings our components have among their properties. */
    private Set<String> readByComponents() {
        return ours().stream()
                .flatMap(component -> runtime.getComponentConfigurationDTOs(component).stream())
                .map(instance -> instance.properties.get(FILE))
                .filter(Objects::nonNull)
                .map(file -> Path.of(URI.create(file.toString())).getFileName().toString())
                .map(ComponentsTest::withoutSuffix)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("forge.config")))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(ComponentsTest::withoutSuffix)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** A component without a PID of its own has its name for one, which nobody configures. */
    private Set<String> pids() {
        return ours().stream()
                .flatMap(component -> Stream.of(component.configurationPid).filter(pid -> !pid.equals(component.name)))
                .filter(pid -> !pid.equals(SETTINGS))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String withoutSuffix(String name) {
        return name.substring(0, name.length() - SUFFIX.length());
    }

    private Collection<ComponentDescriptionDTO> ours() {
        return runtime.getComponentDescriptionDTOs(ourBundles().toArray(Bundle[]::new));
    }
}
