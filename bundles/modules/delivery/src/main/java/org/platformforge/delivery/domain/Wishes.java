package org.platformforge.delivery.domain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.delivery.store.ReleaseRow;
import org.platformforge.delivery.store.TargetRow;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Run;
import org.platformforge.kernel.api.delivery.DeployRequest.Scale;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Resources.Wanted;

/** What engines are asked for. Stateless. */
final class Wishes {
    private Wishes() {}

    static Wanted build(ReleaseRow row, Map<String, String> secrets) {
        Release release = row.release();
        Build build = release.build();
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("source", row.source());
        properties.put("commands", build.commands());
        putUnlessEmpty(properties, "env", build.env());
        putUnlessNull(properties, "timeout_seconds", build.timeoutSeconds());
        putPlace(properties, release.scale());
        return wanted(release, row.buildId(), "build", "build", properties, secrets);
    }

    /** @param number counted from 1 */
    static Wanted instance(ReleaseRow row, int number, Map<String, String> secrets) {
        return instance(row.release(), row.instances().get(number - 1), number, secrets);
    }

    static Wanted instance(Release release, String id, int number, Map<String, String> secrets) {
        Run run = release.run();
        Scale scale = release.scale();
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("artifact", release.artifact());
        putUnlessNull(properties, "start_command", run.start());
        putUnlessNull(properties, "static_directory", run.staticDirectory());
        Map<String, Object> probe = new LinkedHashMap<>();
        putUnlessNull(probe, "path", run.probePath());
        putUnlessNull(probe, "timeout_seconds", run.startTimeoutSeconds());
        putUnlessEmpty(properties, "probe", probe);
        putUnlessEmpty(properties, "env", run.env());
        putUnlessNull(properties, "cpu", scale.cpu());
        putUnlessNull(properties, "memory", scale.memory());
        putPlace(properties, scale);
        return wanted(release, id, "instance-" + number, "application", properties, secrets);
    }

    /** @param upstreams as the gateway documents them */
    static Wanted route(TargetRow target, List<Map<String, Object>> upstreams) {
        return new Wanted(
                target.routeId(),
                target.id(),
                "route",
                target.service(),
                target.environment(),
                "http-route",
                null,
                Map.of("host", target.host(), "upstreams", upstreams),
                Map.of());
    }

    private static Wanted wanted(
            Release release,
            String id,
            String name,
            String type,
            Map<String, Object> properties,
            Map<String, String> secrets) {
        return new Wanted(
                id,
                release.id(),
                name,
                release.service(),
                release.environment(),
                type,
                release.scale().engine(),
                properties,
                secrets);
    }

    /** What it is built in is what it runs in. */
    private static void putPlace(Map<String, Object> properties, Scale scale) {
        putUnlessNull(properties, "instance_type", scale.instanceType());
        putUnlessNull(properties, "disk", scale.disk());
        putUnlessNull(properties, "framework", scale.framework());
    }

    private static void putUnlessNull(Map<String, Object> properties, String name, Object value) {
        if (value != null) {
            properties.put(name, value);
        }
    }

    private static void putUnlessEmpty(Map<String, Object> properties, String name, Map<String, ?> value) {
        if (!value.isEmpty()) {
            properties.put(name, value);
        }
    }
}
