package org.platformforge.catalog.rest;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.platformforge.catalog.domain.HealthScore;
import org.platformforge.catalog.domain.Service;
import org.platformforge.catalog.domain.ServiceCatalog.Imported;
import org.platformforge.catalog.domain.ServiceCatalog.Relations;
import org.platformforge.catalog.domain.ServiceSearch.Facet;
import org.platformforge.catalog.domain.ServiceState;
import org.platformforge.catalog.rest.ServiceViews.AnswersView;
import org.platformforge.catalog.rest.ServiceViews.BuildView;
import org.platformforge.catalog.rest.ServiceViews.CanaryView;
import org.platformforge.catalog.rest.ServiceViews.DeploymentView;
import org.platformforge.catalog.rest.ServiceViews.ErrorView;
import org.platformforge.catalog.rest.ServiceViews.HealthInput;
import org.platformforge.catalog.rest.ServiceViews.HealthView;
import org.platformforge.catalog.rest.ServiceViews.ImportView;
import org.platformforge.catalog.rest.ServiceViews.ImportedView;
import org.platformforge.catalog.rest.ServiceViews.InstanceView;
import org.platformforge.catalog.rest.ServiceViews.RelationsView;
import org.platformforge.catalog.rest.ServiceViews.ReleaseView;
import org.platformforge.catalog.rest.ServiceViews.ResourcesView;
import org.platformforge.catalog.rest.ServiceViews.RunView;
import org.platformforge.catalog.rest.ServiceViews.ServiceSummary;
import org.platformforge.catalog.rest.ServiceViews.ServiceView;
import org.platformforge.kernel.api.delivery.AnswerCounts;
import org.platformforge.kernel.api.delivery.CanaryStage;
import org.platformforge.kernel.api.delivery.Delivery.Target;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Resources.Seen;

/** From the domain to the wire; the only way there. Stateless. */
public final class WireMapper {
    private WireMapper() {}

    /** @return null for none */
    static Map<String, Map<String, Long>> facets(Map<Facet, Map<String, Long>> counted) {
        if (counted.isEmpty()) {
            return null;
        }
        Map<String, Map<String, Long>> facets = new TreeMap<>();
        counted.forEach((facet, counts) -> facets.put(SearchRequest.word(facet), counts));
        return facets;
    }

    public static ServiceSummary summary(ServiceState state) {
        Service service = state.service();
        Target shown = state.shown();
        return new ServiceSummary(
                service.id(),
                service.name(),
                service.description(),
                wire(state.status()),
                version(shown),
                shown == null ? null : shown.environment(),
                state.health().score(),
                shown == null ? 0 : ServiceState.running(shown),
                service.endpoints(),
                service.createdAt(),
                service.updatedAt());
    }

    private static String version(Target target) {
        Release release = target == null ? null : target.current() != null ? target.current() : target.rollingOut();
        return release == null ? null : release.version();
    }

    public static ServiceView service(ServiceState state) {
        Service service = state.service();
        ServiceSummary summary = summary(state);
        return new ServiceView(
                summary.id(),
                summary.name(),
                summary.description(),
                summary.status(),
                summary.version(),
                summary.environment(),
                summary.healthScore(),
                summary.instances(),
                new ResourcesView(state.cpuPercent(), state.memoryPercent(), null),
                service.endpoints(),
                service.dependencies(),
                service.repository(),
                service.owner(),
                new BuildView(
                        service.build().commands(),
                        service.build().env(),
                        service.build().timeoutSeconds()),
                new RunView(
                        service.run().start(),
                        service.run().staticDirectory(),
                        service.run().probePath(),
                        service.run().startTimeoutSeconds(),
                        service.run().env(),
                        service.sealed() != null),
                health(state.health()),
                state.targets().stream().map(WireMapper::deployment).toList(),
                service.origin(),
                service.createdAt(),
                service.updatedAt());
    }

    private static HealthView health(HealthScore health) {
        return new HealthView(
                health.score(),
                HealthScore.FORMULA,
                health.measuredAt(),
                health.inputs().stream()
                        .map(input -> new HealthInput(input.name(), input.weight(), input.value(), input.detail()))
                        .toList());
    }

    private static DeploymentView deployment(Target target) {
        return new DeploymentView(
                target.environment(),
                wire(ServiceState.status(target)),
                version(target),
                target.current() == null ? null : target.current().number(),
                target.rollingOut() == null ? null : target.rollingOut().id(),
                target.url(),
                target.instances().stream().map(WireMapper::instance).toList());
    }

    private static InstanceView instance(Seen seen) {
        return new InstanceView(seen.id(), seen.engine(), seen.state(), seen.detail(), seen.facts(), seen.createdAt());
    }

    static RelationsView relations(String id, Relations relations) {
        return new RelationsView(
                id, relations.dependsOn(), relations.unknown(), relations.dependencyOf(), relations.impact());
    }

    /** One that was begun just now: there is nothing to go back to yet. */
    public static ReleaseView begun(Release release) {
        return release(release, Set.of(), List.of());
    }

    /** @param returnable ids of those that a rollback could bring back now */
    public static List<ReleaseView> releases(List<Release> releases, Set<String> returnable) {
        return releases.stream()
                .map(release -> release(release, returnable, List.of()))
                .toList();
    }

    private static CanaryView canary(CanaryStage stage) {
        return new CanaryView(
                stage.number(),
                stage.weight(),
                wire(stage.verdict()),
                stage.reason(),
                answers(stage.canary()),
                answers(stage.stable()),
                stage.startedAt(),
                stage.measuredAt());
    }

    private static AnswersView answers(AnswerCounts.Count count) {
        return new AnswersView(count.requests(), count.errors(), count.errorRate());
    }

    static ReleaseView release(Release release, Set<String> returnable, List<CanaryStage> canary) {
        return new ReleaseView(
                release.id(),
                release.service(),
                release.environment(),
                release.number(),
                release.version(),
                wire(release.status()),
                wire(release.rollout().strategy()),
                release.scale().replicas(),
                release.scale().cpu(),
                release.scale().memory(),
                release.repository(),
                release.commit(),
                release.artifact(),
                release.rollbackOf(),
                returnable.contains(release.id()),
                release.operationId(),
                release.error() == null
                        ? null
                        : new ErrorView(release.error().code(), release.error().message()),
                canary.isEmpty()
                        ? null
                        : canary.stream().map(WireMapper::canary).toList(),
                release.createdBy(),
                release.createdAt(),
                release.finishedAt());
    }

    static ImportView imported(boolean dryRun, List<Imported> outcomes) {
        return new ImportView(
                dryRun,
                outcomes.stream()
                        .map(one -> new ImportedView(one.id(), wire(one.outcome()), one.detail()))
                        .toList());
    }

    private static String wire(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
