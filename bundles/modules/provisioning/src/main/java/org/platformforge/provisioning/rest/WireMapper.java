package org.platformforge.provisioning.rest;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations.LogLine;
import org.platformforge.provisioning.domain.Fault;
import org.platformforge.provisioning.domain.Observed;
import org.platformforge.provisioning.domain.PlannedResource;
import org.platformforge.provisioning.domain.Provision;
import org.platformforge.provisioning.domain.ProvisionService;
import org.platformforge.provisioning.domain.Resource;
import org.platformforge.provisioning.domain.ResourceService;
import org.platformforge.provisioning.domain.TemplateService;
import org.platformforge.provisioning.domain.template.HumanDuration;
import org.platformforge.provisioning.domain.template.OutputTemplate;
import org.platformforge.provisioning.domain.template.Source;
import org.platformforge.provisioning.domain.template.Template;
import org.platformforge.provisioning.rest.ProvisionViews.Accepted;
import org.platformforge.provisioning.rest.ProvisionViews.FaultView;
import org.platformforge.provisioning.rest.ProvisionViews.LogLineView;
import org.platformforge.provisioning.rest.ProvisionViews.LogView;
import org.platformforge.provisioning.rest.ProvisionViews.MadeResource;
import org.platformforge.provisioning.rest.ProvisionViews.PlanView;
import org.platformforge.provisioning.rest.ProvisionViews.PlannedResourceView;
import org.platformforge.provisioning.rest.ProvisionViews.ProvisionList;
import org.platformforge.provisioning.rest.ProvisionViews.ProvisionSummary;
import org.platformforge.provisioning.rest.ProvisionViews.ProvisionView;
import org.platformforge.provisioning.rest.ProvisionViews.StepView;
import org.platformforge.provisioning.rest.ResourceViews.DeletionView;
import org.platformforge.provisioning.rest.ResourceViews.ObservedView;
import org.platformforge.provisioning.rest.ResourceViews.ResourceList;
import org.platformforge.provisioning.rest.ResourceViews.ResourceSummary;
import org.platformforge.provisioning.rest.ResourceViews.ResourceView;
import org.platformforge.provisioning.rest.TemplateViews.TemplateExtension;
import org.platformforge.provisioning.rest.TemplateViews.TemplateResourceView;
import org.platformforge.provisioning.rest.TemplateViews.TemplateSummary;
import org.platformforge.provisioning.rest.TemplateViews.TemplateView;

/** From the domain to the wire, in one place. */
public final class WireMapper {
    private static final String ENGINE = "engine";

    private WireMapper() {}

    public static TemplateSummary summary(TemplateService.Detail detail) {
        Template template = detail.template();
        return new TemplateSummary(
                template.name(),
                template.title(),
                template.description(),
                template.version(),
                detail.source().isExtension() ? "extension" : "core",
                extension(detail.source()),
                HumanDuration.render(detail.estimate().expected()),
                detail.problems());
    }

    private static TemplateExtension extension(Source source) {
        return source.isExtension() ? new TemplateExtension(source.name(), source.version()) : null;
    }

    static TemplateView template(TemplateService.Detail detail) {
        Template template = detail.template();
        return new TemplateView(
                template.name(),
                template.title(),
                template.description(),
                template.version(),
                detail.source().isExtension() ? "extension" : "core",
                extension(detail.source()),
                HumanDuration.render(detail.estimate().expected()),
                detail.estimate().measured()
                        ? HumanDuration.render(detail.estimate().nearlyCertain())
                        : null,
                detail.estimate().runs(),
                detail.estimateError(),
                template.parameters().json(),
                template.resources().stream()
                        .map(resource -> new TemplateResourceView(
                                resource.name(),
                                resource.type(),
                                detail.engines().get(resource.type()),
                                resource.dependsOn()))
                        .toList(),
                template.outputs().stream().map(OutputTemplate::name).toList(),
                detail.problems());
    }

    static Accepted accepted(Provision provision) {
        return new Accepted(
                provision.id(),
                provision.status().wire(),
                HumanDuration.render(provision.estimate()),
                provision.operationId());
    }

    static PlanView plan(ProvisionService.Plan plan) {
        TreeSet<String> engines = new TreeSet<>();
        plan.resources().stream()
                .map(PlannedResource::engine)
                .filter(Objects::nonNull)
                .forEach(engines::add);
        return new PlanView(
                plan.template(),
                true,
                plan.problems().isEmpty(),
                HumanDuration.render(plan.estimate()),
                engines,
                plan.resources().stream()
                        .map(r -> new PlannedResourceView(
                                r.name(), r.type(), r.engine(), "create", r.dependsOn(), r.properties()))
                        .toList(),
                plan.problems());
    }

    public static ProvisionSummary summary(Provision provision) {
        return new ProvisionSummary(
                provision.id(),
                provision.template(),
                provision.status().wire(),
                provision.service(),
                provision.environment(),
                provision.outputs(),
                provision.engines(),
                fault(provision.error()),
                HumanDuration.render(provision.estimate()),
                provision.operationId(),
                provision.createdBy(),
                provision.createdAt(),
                provision.finishedAt());
    }

    static ProvisionList provisions(Page<Provision> page, PageRequest request) {
        return new ProvisionList(
                page.map(WireMapper::summary).items(),
                page.total(),
                request.limit(),
                request.offset(),
                page.nextCursor().isPresent(),
                page.nextCursor().orElse(null));
    }

    public static ProvisionView provision(ProvisionService.Detail detail) {
        Provision provision = detail.provision();
        return new ProvisionView(
                provision.id(),
                provision.template(),
                provision.templateVersion(),
                provision.status().wire(),
                provision.service(),
                provision.environment(),
                provision.parameters(),
                provision.outputs(),
                detail.resources().stream().map(WireMapper::made).toList(),
                steps(detail),
                provision.engines(),
                fault(provision.error()),
                SweepMapper.cleanup(detail.cleanup()),
                HumanDuration.render(provision.estimate()),
                provision.operationId(),
                provision.createdBy(),
                provision.createdAt(),
                provision.finishedAt());
    }

    private static MadeResource made(Resource resource) {
        return new MadeResource(
                resource.id(),
                resource.name(),
                resource.type(),
                resource.engine(),
                resource.status().wire());
    }

    private static List<StepView> steps(ProvisionService.Detail detail) {
        if (detail.operation() == null) {
            return List.of();
        }
        Map<String, String> engines = new LinkedHashMap<>();
        detail.resources().forEach(resource -> engines.put("create-" + resource.name(), resource.engine()));
        return detail.operation().steps().stream()
                .map(step -> step(step, engines))
                .toList();
    }

    private static StepView step(Operation.Step step, Map<String, String> engines) {
        Object recorded = step.checkpoint() == null ? null : step.checkpoint().get(ENGINE);
        return new StepView(
                step.name(),
                step.title(),
                step.status().name().toLowerCase(Locale.ROOT),
                recorded == null ? engines.get(step.name()) : recorded.toString(),
                step.attempts(),
                step.message(),
                step.startedAt(),
                step.finishedAt(),
                step.startedAt() == null || step.finishedAt() == null
                        ? null
                        : Duration.between(step.startedAt(), step.finishedAt()).toMillis());
    }

    public static LogView logs(String provisionId, long after, List<LogLine> lines) {
        return new LogView(
                provisionId,
                lines.stream()
                        .map(line -> new LogLineView(line.sequence(), line.at(), line.step(), line.text()))
                        .toList(),
                lines.isEmpty() ? after : lines.get(lines.size() - 1).sequence());
    }

    public static ResourceSummary summary(Resource resource) {
        return new ResourceSummary(
                resource.id(),
                resource.name(),
                resource.type(),
                resource.engine(),
                resource.service(),
                resource.environment(),
                resource.status().wire(),
                resource.provisionId(),
                resource.outputs(),
                fault(resource.error()),
                resource.createdAt(),
                resource.updatedAt());
    }

    static ResourceList resources(Page<Resource> page, PageRequest request) {
        return new ResourceList(
                page.map(WireMapper::summary).items(),
                page.total(),
                request.limit(),
                request.offset(),
                page.nextCursor().isPresent(),
                page.nextCursor().orElse(null));
    }

    static ResourceView resource(ResourceService.Detail detail) {
        Resource resource = detail.resource();
        Observed observed = detail.observed();
        return new ResourceView(
                resource.id(),
                resource.name(),
                resource.type(),
                resource.engine(),
                resource.service(),
                resource.environment(),
                resource.status().wire(),
                resource.provisionId(),
                resource.dependsOn(),
                resource.properties(),
                resource.outputs(),
                resource.facts(),
                new ObservedView(observed.state(), observed.detail(), observed.facts(), observed.drift()),
                resource.deleteOperationId(),
                fault(resource.error()),
                resource.createdAt(),
                resource.updatedAt());
    }

    public static DeletionView deletion(String id, boolean dryRun, ResourceService.Deletion deletion) {
        String status = deletion.gone() ? "deleted" : dryRun ? "planned" : "deleting";
        return new DeletionView(
                id,
                status,
                dryRun,
                deletion.operationId(),
                deletion.resources().stream().map(Resource::id).toList());
    }

    private static FaultView fault(Fault fault) {
        return fault == null ? null : new FaultView(fault.code(), fault.message());
    }
}
