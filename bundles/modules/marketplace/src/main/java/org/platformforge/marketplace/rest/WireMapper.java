package org.platformforge.marketplace.rest;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.http.Pagination;
import org.platformforge.marketplace.domain.Accepted;
import org.platformforge.marketplace.domain.Advisory;
import org.platformforge.marketplace.domain.CanaryFigures;
import org.platformforge.marketplace.domain.CatalogueService;
import org.platformforge.marketplace.domain.Extension;
import org.platformforge.marketplace.domain.HistoryEntry;
import org.platformforge.marketplace.domain.Installation;
import org.platformforge.marketplace.domain.InstallationReader;
import org.platformforge.marketplace.domain.Proposal;
import org.platformforge.marketplace.domain.PublishService;
import org.platformforge.marketplace.domain.Publisher;
import org.platformforge.marketplace.domain.PublisherKey;
import org.platformforge.marketplace.domain.Release;
import org.platformforge.marketplace.domain.Setup;
import org.platformforge.marketplace.domain.Standing;
import org.platformforge.marketplace.rest.Views.AcceptedView;
import org.platformforge.marketplace.rest.Views.AdvisoryView;
import org.platformforge.marketplace.rest.Views.AlongView;
import org.platformforge.marketplace.rest.Views.CanaryView;
import org.platformforge.marketplace.rest.Views.DependencyView;
import org.platformforge.marketplace.rest.Views.ErrorView;
import org.platformforge.marketplace.rest.Views.ExtensionDetail;
import org.platformforge.marketplace.rest.Views.ExtensionList;
import org.platformforge.marketplace.rest.Views.ExtensionView;
import org.platformforge.marketplace.rest.Views.FiguresView;
import org.platformforge.marketplace.rest.Views.FindingView;
import org.platformforge.marketplace.rest.Views.HealthView;
import org.platformforge.marketplace.rest.Views.HistoryView;
import org.platformforge.marketplace.rest.Views.InstallationDetail;
import org.platformforge.marketplace.rest.Views.InstallationList;
import org.platformforge.marketplace.rest.Views.InstallationView;
import org.platformforge.marketplace.rest.Views.KeyView;
import org.platformforge.marketplace.rest.Views.PlanView;
import org.platformforge.marketplace.rest.Views.ProblemView;
import org.platformforge.marketplace.rest.Views.ProcessView;
import org.platformforge.marketplace.rest.Views.PublishedView;
import org.platformforge.marketplace.rest.Views.PublisherView;
import org.platformforge.marketplace.rest.Views.RatingList;
import org.platformforge.marketplace.rest.Views.RatingView;
import org.platformforge.marketplace.rest.Views.RuntimeView;
import org.platformforge.marketplace.rest.Views.SetupView;
import org.platformforge.marketplace.rest.Views.VersionDetail;
import org.platformforge.marketplace.rest.Views.VersionView;
import org.platformforge.marketplace.rest.Views.WarningView;
import org.platformforge.marketplace.rest.Views.WiringView;
import org.platformforge.marketplace.store.UsageTable;

/** From the domain's records to the wire's. Stateless. */
public final class WireMapper {
    private WireMapper() {}

    public static PublisherView publisher(Publisher publisher) {
        return new PublisherView(
                publisher.namespace(),
                publisher.name(),
                publisher.homepage(),
                publisher.trusted(),
                publisher.similarTo(),
                Duration.between(publisher.createdAt(), Instant.now()).toDays(),
                publisher.createdAt());
    }

    public static KeyView key(PublisherKey key) {
        return new KeyView(
                key.id(),
                key.name(),
                "Ed25519",
                key.fingerprint(),
                key.publicKey(),
                key.revoked(),
                key.createdAt(),
                key.revokedAt());
    }

    public static VersionView version(CatalogueService.Version version) {
        return version(version.release(), version.signature().wire(), version.compatible());
    }

    private static VersionView version(Release release, String signature, boolean compatible) {
        return new VersionView(
                release.version(),
                release.state().wire(),
                compatible,
                signature,
                release.keyId(),
                release.sha256(),
                release.size(),
                release.changelog(),
                release.manifest().permissions(),
                release.manifest().api(),
                release.manifest().dependencies(),
                release.findings().stream()
                        .map(f -> new FindingView(f.code(), f.error() ? "error" : "warning", f.path(), f.message()))
                        .toList(),
                release.yankReason(),
                release.createdAt(),
                release.publishedAt(),
                release.yankedAt());
    }

    public static VersionDetail detail(CatalogueService.Version version) {
        return new VersionDetail(
                version(version),
                version.release().manifest().json(),
                version.release().manifest().configuration());
    }

    public static ExtensionView extension(CatalogueService.Listing listing) {
        return extension(listing.extension(), listing.publisher(), listing.latest());
    }

    private static ExtensionView extension(Extension extension, Publisher publisher, CatalogueService.Version latest) {
        return new ExtensionView(
                extension.id(),
                extension.name(),
                extension.description(),
                extension.category(),
                latest.release().version(),
                extension.license(),
                extension.homepage(),
                latest.compatible(),
                latest.signature().wire(),
                latest.release().state().wire(),
                latest.release().manifest().permissions(),
                publisher(publisher),
                extension.downloads(),
                extension.rating(),
                extension.ratingCount(),
                extension.createdAt(),
                extension.updatedAt());
    }

    public static ExtensionList extensions(Page<CatalogueService.Listing> page, PageRequest request) {
        return new ExtensionList(
                page.items().stream().map(WireMapper::extension).toList(),
                Pagination.of(request, page),
                page.total(),
                page.nextCursor().orElse(null));
    }

    public static ExtensionDetail detail(CatalogueService.Detail detail) {
        CatalogueService.Version shown = detail.versions().stream()
                .filter(version ->
                        version.release().version().equals(detail.extension().latestVersion()))
                .findFirst()
                .orElse(detail.versions().get(0));
        return new ExtensionDetail(
                extension(detail.extension(), detail.publisher(), shown),
                detail.versions().stream().map(WireMapper::version).toList(),
                detail.advisories().stream().map(WireMapper::advisory).toList(),
                rating(detail.ownRating()));
    }

    public static AdvisoryView advisory(Advisory advisory) {
        return new AdvisoryView(
                advisory.id(), advisory.affected(), advisory.severity(), advisory.summary(), advisory.createdAt());
    }

    public static RatingList ratings(Page<UsageTable.Rating> page, PageRequest request) {
        return new RatingList(
                page.items().stream().map(WireMapper::rating).toList(),
                Pagination.of(request, page),
                page.total(),
                page.nextCursor().orElse(null));
    }

    private static RatingView rating(UsageTable.Rating rating) {
        return rating == null ? null : new RatingView(rating.stars(), rating.remark(), rating.at());
    }

    public static PublishedView published(PublishService.Published published, CatalogueService.Version version) {
        return new PublishedView(published.release().extensionId(), published.created(), version(version));
    }

    public static InstallationView installation(Installation row) {
        return installation(row, List.of(), null, null);
    }

    private static InstallationView installation(
            Installation row,
            List<ExtensionRuntime.Figures> figures,
            List<Standing.Warning> warnings,
            ExtensionRuntime.Running running) {
        return new InstallationView(
                row.id(),
                row.extensionId(),
                row.state().wire(),
                row.current() == null ? null : row.current().version(),
                row.previous() == null ? null : row.previous().version(),
                setup(row.current()),
                row.canary() == null
                        ? null
                        : new CanaryView(
                                row.canary().version(),
                                row.canaryPercent(),
                                CanaryFigures.share(row.canary().version(), figures),
                                row.canaryPolicy().promoteAfter(),
                                figures.stream().map(WireMapper::figures).toList()),
                row.pinned(),
                row.autoPatch(),
                row.operationId(),
                row.error() == null
                        ? null
                        : new ErrorView(row.error().code(), row.error().message()),
                row.problem(),
                running == null ? null : runtime(running),
                warnings == null ? null : warnings(warnings),
                row.createdBy(),
                row.createdAt(),
                row.updatedAt());
    }

    private static HealthView health(ExtensionRuntime.Health health) {
        return health == null
                ? null
                : new HealthView(
                        health.calls(),
                        health.failures(),
                        health.timeouts(),
                        health.refused(),
                        health.problems().stream()
                                .map(one -> new ProblemView(one.at(), one.where(), one.message(), one.times()))
                                .toList(),
                        health.metrics());
    }

    private static List<WarningView> warnings(List<Standing.Warning> warnings) {
        return warnings.stream()
                .map(one -> new WarningView(one.code(), one.message(), one.stops()))
                .toList();
    }

    private static FiguresView figures(ExtensionRuntime.Figures figures) {
        double mean = figures.calls() == 0 ? 0 : figures.nanos() / 1e6 / figures.calls();
        return new FiguresView(figures.version(), figures.calls(), figures.errors(), mean);
    }

    private static SetupView setup(Setup setup) {
        return setup == null
                ? null
                : new SetupView(
                        setup.version(), setup.sha256(), setup.configuration(), setup.secretNames(), setup.accepted());
    }

    /** @param warnings by the installation's id */
    private static RuntimeView runtime(ExtensionRuntime.Running running) {
        ExtensionRuntime.ProcessState process = running.process();
        return new RuntimeView(
                running.tier().name(),
                running.problem(),
                process == null
                        ? null
                        : new ProcessView(
                                process.state(),
                                process.restarts(),
                                process.lastError(),
                                process.memoryBytes() == 0 ? null : process.memoryBytes()),
                process == null ? List.of() : process.walls());
    }

    public static InstallationList installations(
            Page<Installation> page,
            PageRequest request,
            Map<String, List<Standing.Warning>> warnings,
            Map<String, ExtensionRuntime.Running> running) {
        return new InstallationList(
                page.items().stream()
                        .map(row -> installation(row, List.of(), warnings.get(row.id()), running.get(row.id())))
                        .toList(),
                Pagination.of(request, page),
                page.total(),
                page.nextCursor().orElse(null));
    }

    public static InstallationDetail detail(InstallationReader.Detail detail) {
        return new InstallationDetail(
                installation(detail.installation(), detail.figures(), detail.warnings(), detail.running()),
                detail.available(),
                detail.history().stream().map(WireMapper::history).toList(),
                detail.commands(),
                health(detail.health()));
    }

    private static HistoryView history(HistoryEntry entry) {
        return new HistoryView(
                entry.action(),
                entry.result(),
                entry.fromVersion(),
                entry.toVersion(),
                entry.message(),
                entry.figures(),
                entry.operationId(),
                entry.actor(),
                entry.at());
    }

    public static AcceptedView accepted(Accepted accepted) {
        Installation row = accepted.installation();
        return new AcceptedView(
                row.id(),
                row.extensionId(),
                row.pending() == null ? null : row.pending().version(),
                accepted.along(),
                accepted.operation().id(),
                "/api/v1/operations/" + accepted.operation().id());
    }

    public static PlanView plan(Proposal proposal) {
        return new PlanView(
                proposal.release().extensionId(),
                proposal.release().version(),
                true,
                proposal.valid(),
                proposal.signature().wire(),
                proposal.tier() == null ? null : proposal.tier().name(),
                publisher(proposal.publisher()),
                proposal.release().manifest().permissions(),
                proposal.missing(),
                proposal.dependencies().stream()
                        .map(d -> new DependencyView(
                                d.extensionId(), d.range(), d.installed(), d.available(), d.satisfied()))
                        .toList(),
                proposal.along().stream().map(WireMapper::along).toList(),
                proposal.fields(),
                proposal.problems().stream()
                        .map(problem -> new ErrorView(problem.code(), problem.message()))
                        .toList(),
                warnings(proposal.warnings()),
                proposal.plan().bundles(),
                proposal.plan().wiring(),
                proposal.plan().refreshed());
    }

    private static AlongView along(Proposal one) {
        return new AlongView(
                one.release().extensionId(),
                one.release().version(),
                one.signature().wire(),
                publisher(one.publisher()),
                one.release().manifest().permissions(),
                one.plan().bundles(),
                one.plan().wiring());
    }

    public static WiringView wiring(ExtensionRuntime.Plan plan) {
        return new WiringView(plan.bundles(), plan.wiring());
    }
}
