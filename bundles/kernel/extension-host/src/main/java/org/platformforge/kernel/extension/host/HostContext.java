package org.platformforge.kernel.extension.host;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.Metrics;
import org.platformforge.extension.api.TenantContext;

/** The platform as the extension sees it. Thread-safe. */
final class HostContext implements ExtensionContext {
    private final String extensionId;
    private final String version;
    private final Link link;
    private final Tasks tasks;
    private final Metrics metrics = new Figures();

    HostContext(String extensionId, String version, Link link, Tasks tasks) {
        this.extensionId = extensionId;
        this.version = version;
        this.link = link;
        this.tasks = tasks;
    }

    @Override
    public String extensionId() {
        return extensionId;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public TenantContext tenant() {
        return new RemoteTenant(link, CallScope.current());
    }

    @Override
    public ExecutorService executor() {
        return tasks;
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    /** Gathered and told with the call's answer; what belongs to no call belongs to no tenant and is told to nobody. */
    private final class Figures implements Metrics {
        private static final int LONGEST_NAME = 64;

        @Override
        public void count(String name, long amount) {
            tell("count", name, amount);
        }

        @Override
        public void gauge(String name, double value) {
            tell("gauge", name, value);
        }

        @Override
        public void time(String name, Duration duration) {
            tell("time", name, duration.toNanos());
        }

        private void tell(String kind, String name, Number value) {
            CallScope call = CallScope.currentOrNull();
            if (call == null || name == null || name.length() > LONGEST_NAME) {
                return;
            }
            ArrayNode full = call.measured(kind, name, value);
            if (full != null) {
                link.askQuietly(Link.operation("metrics").set("figures", full));
            }
        }
    }
}
