package org.platformforge.itests.benchmarks.peer;

import com.fasterxml.jackson.jaxrs.json.JacksonJsonProvider;
import java.util.Set;
import javax.servlet.Servlet;
import javax.servlet.ServletConfig;
import javax.ws.rs.core.Application;
import org.apache.cxf.Bus;
import org.apache.cxf.BusFactory;
import org.apache.cxf.bus.extension.ExtensionManagerBus;
import org.apache.cxf.jaxrs.JAXRSServerFactoryBean;
import org.apache.cxf.jaxrs.servlet.CXFNonSpringJaxrsServlet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** CXF as its documentation sets it up: its servlet, one resource, Jackson's provider. */
@Component(
        service = Servlet.class,
        property = {"osgi.http.whiteboard.servlet.pattern=/bench/cxf/*", "osgi.http.whiteboard.servlet.name=bench-cxf"})
public final class BareCxf extends CXFNonSpringJaxrsServlet {
    private static final long serialVersionUID = 1L;

    @Activate
    public BareCxf(@Reference Sample sample) {
        super(new Peer(sample));
    }

    /** CXF finds its extensions by a class loader, and makes the first bus the default one of the whole JVM. */
    @Override
    protected void loadBus(ServletConfig config) {
        Bus bus = new ExtensionManagerBus(null, null, JAXRSServerFactoryBean.class.getClassLoader());
        BusFactory.clearDefaultBusForAnyThread(bus);
        setBus(bus);
    }

    private static final class Peer extends Application {
        private final Set<Object> singletons;

        Peer(Sample sample) {
            singletons = Set.of(new BareResource(sample), new JacksonJsonProvider());
        }

        @Override
        public Set<Object> getSingletons() {
            return singletons;
        }
    }
}
