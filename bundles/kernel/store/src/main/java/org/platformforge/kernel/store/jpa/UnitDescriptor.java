package org.platformforge.kernel.store.jpa;

import java.util.List;
import java.util.Properties;

/**
 * What a {@code META-INF/persistence.xml} says about its one unit.
 *
 * @param managedClasses listed classes; others are never looked for
 * @param mappingFiles listed mapping files
 */
public record UnitDescriptor(
        String name, List<String> managedClasses, List<String> mappingFiles, Properties properties) {
    public UnitDescriptor {
        managedClasses = List.copyOf(managedClasses);
        mappingFiles = List.copyOf(mappingFiles);
    }
}
