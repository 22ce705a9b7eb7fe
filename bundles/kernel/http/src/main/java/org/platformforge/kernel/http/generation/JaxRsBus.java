package org.platformforge.kernel.http.generation;

import org.apache.cxf.Bus;
import org.apache.cxf.BusFactory;
import org.apache.cxf.bus.extension.ExtensionManagerBus;
import org.apache.cxf.jaxrs.JAXRSServerFactoryBean;

/**
 * CXF's own parts, found once for all generations. It knows no class of a module: what is kept for one is on its {@link
 * GenerationBus}. Thread-safe.
 */
final class JaxRsBus implements AutoCloseable {
    private final Bus bus = new ExtensionManagerBus(null, null, JAXRSServerFactoryBean.class.getClassLoader());

    JaxRsBus() {
        // The constructor makes the first bus the default one of the whole JVM
        BusFactory.clearDefaultBusForAnyThread(bus);
        bus.setId("generations-" + Integer.toHexString(System.identityHashCode(bus)));
    }

    Bus bus() {
        return bus;
    }

    /** Only when no server of it serves any more. */
    @Override
    public void close() {
        bus.shutdown(false);
        BusFactory.clearDefaultBusForAnyThread(bus);
    }
}
