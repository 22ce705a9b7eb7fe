package org.platformforge.deployments.rest;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.platformforge.deployments.domain.Deployment;
import org.platformforge.deployments.domain.Deployment.Spec;
import org.platformforge.deployments.domain.Deployments.View;
import org.platformforge.deployments.domain.LogEntry;
import org.platformforge.deployments.domain.Statistics.Figures;
import org.platformforge.deployments.rest.Views.ChangeView;
import org.platformforge.deployments.rest.Views.DeploymentView;
import org.platformforge.deployments.rest.Views.DetailView;
import org.platformforge.deployments.rest.Views.ErrorView;
import org.platformforge.deployments.rest.Views.InstanceView;
import org.platformforge.deployments.rest.Views.LeadTimeView;
import org.platformforge.deployments.rest.Views.ReasonView;
import org.platformforge.deployments.rest.Views.ReleaseView;
import org.platformforge.deployments.rest.Views.ResourcesView;
import org.platformforge.deployments.rest.Views.StatsView;
import org.platformforge.kernel.api.delivery.Delivery.Target;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Resources.Seen;

/** From the domain to the wire; the only way there. Stateless. */
public final class WireMapper {
    private WireMapper() {}

    public static DeploymentView deployment(Deployment deployment) {
        Spec spec = deployment.spec();
        return new DeploymentView(
                deployment.id(),
                spec.name(),
                spec.machine().wire(),
                spec.framework(),
                spec.repository(),
                spec.ref(),
                new ResourcesView(spec.cores(), spec.memory(), spec.disk()),
                wire(deployment.status()),
                deployment.times().createdAt(),
                deployment.times().deployedAt(),
                deployment.times().updatedAt(),
                deployment.times().deletedAt(),
                deployment.seen().ipAddress(),
                vmId(deployment.seen().vmId()),
                deployment.seen().url(),
                deployment.seen().engine(),
                deployment.error() == null ? null : deployment.error().code(),
                deployment.error() == null ? null : deployment.error().message());
    }

    /** The document's are numbers; engines have names, too. */
    private static Object vmId(String text) {
        return text != null && text.matches("[0-9]{1,18}") ? (Object) Long.valueOf(text) : text;
    }

    public static DetailView detail(View view) {
        DeploymentView head = deployment(view.deployment());
        Deployment deployment = view.deployment();
        Target target = view.target();
        return new DetailView(
                head.id(),
                head.name(),
                head.deploymentType(),
                head.framework(),
                head.githubUrl(),
                head.ref(),
                head.resources(),
                head.status(),
                head.createdAt(),
                head.deployedAt(),
                head.updatedAt(),
                head.deletedAt(),
                head.ipAddress(),
                head.vmId(),
                head.accessUrl(),
                head.engine(),
                head.errorCode(),
                head.errorMessage(),
                health(target),
                deployment.spec().probePath(),
                deployment.spec().runEnv(),
                deployment.spec().buildEnv(),
                deployment.sealed() != null,
                target == null || target.current() == null ? null : release(target.current(), Set.of()),
                target == null || target.rollingOut() == null ? null : release(target.rollingOut(), Set.of()),
                target == null
                        ? List.of()
                        : target.instances().stream().map(WireMapper::instance).toList(),
                view.history().stream()
                        .map(change -> new ChangeView(wire(change.status()), change.at()))
                        .toList(),
                deployment.createdBy());
    }

    private static String health(Target target) {
        if (target == null || target.current() == null) {
            return null;
        }
        long running = target.instances().stream().filter(Seen::running).count();
        return running == 0 ? "down" : running < target.current().scale().replicas() ? "degraded" : "running";
    }

    private static InstanceView instance(Seen seen) {
        return new InstanceView(seen.id(), seen.engine(), seen.state(), seen.detail(), seen.facts(), seen.createdAt());
    }

    /** @param returnable ids of those that a rollback could bring back now; what serves or is on its way is none of them */
    static ReleaseView release(Release release, Set<String> returnable) {
        return new ReleaseView(
                release.id(),
                release.number(),
                release.version(),
                wire(release.status()),
                release.commit(),
                release.artifact(),
                release.rollbackOf(),
                returnable.contains(release.id()),
                release.operationId(),
                release.error() == null
                        ? null
                        : new ErrorView(release.error().code(), release.error().message()),
                release.createdBy(),
                release.createdAt(),
                release.finishedAt());
    }

    static StatsView stats(Figures figures) {
        Map<String, Long> byStatus = new TreeMap<>();
        figures.byStatus().forEach((status, count) -> byStatus.put(wire(status), count));
        return new StatsView(
                figures.total(),
                figures.running(),
                figures.failed(),
                figures.successRate(),
                byStatus,
                new LeadTimeView(figures.leadMedian(), figures.leadP95()),
                figures.reasons().entrySet().stream()
                        .map(reason -> new ReasonView(reason.getKey(), reason.getValue()))
                        .toList());
    }

    public static String line(LogEntry entry) {
        return entry.at() + " [" + wire(entry.stage()) + "] " + entry.line();
    }

    static String wire(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
