package org.platformforge.gateway.proxy;

import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.servlet.ServletConfig;
import javax.servlet.ServletContext;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.platformforge.gateway.domain.GatewayConfig;

/** What Jetty's proxy servlet reads at its start; no servlet container knows of it. */
final class ProxyServletConfig implements ServletConfig {
    private static final int THREADS = 64;

    private final ServletContext context = new ContextHandler.StaticContext();
    private final Map<String, String> parameters;

    ProxyServletConfig(GatewayConfig settings) {
        parameters = Map.of(
                "maxThreads",
                Integer.toString(THREADS),
                "maxConnections",
                Integer.toString(settings.max_connections()),
                "idleTimeout",
                Long.toString(TimeUnit.SECONDS.toMillis(settings.idle_timeout())),
                // 0: no limit for the whole; a stream may last for days
                "timeout",
                "0",
                "preserveHost",
                "true",
                "viaHost",
                "platform-forge");
    }

    @Override
    public String getServletName() {
        return "gateway";
    }

    @Override
    public ServletContext getServletContext() {
        return context;
    }

    @Override
    public String getInitParameter(String name) {
        return parameters.get(name);
    }

    @Override
    public Enumeration<String> getInitParameterNames() {
        return Collections.enumeration(parameters.keySet());
    }
}
