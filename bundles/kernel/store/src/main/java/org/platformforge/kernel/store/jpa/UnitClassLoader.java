package org.platformforge.kernel.store.jpa;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * What EclipseLink sees while it works for one unit: the module's classes first, then its own and ours (which a module
 * need not import). Lives and dies with the unit.
 */
final class UnitClassLoader extends ClassLoader {
    private final List<ClassLoader> others;

    UnitClassLoader(ClassLoader module, ClassLoader... others) {
        super("unit", module);
        this.others = List.of(others);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        for (ClassLoader other : others) {
            try {
                return other.loadClass(name);
            } catch (ClassNotFoundException e) {
                continue;
            }
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    protected URL findResource(String name) {
        for (ClassLoader other : others) {
            URL found = other.getResource(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** Only the module's: nothing of a unit may come from elsewhere. */
    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        return Collections.emptyEnumeration();
    }
}
