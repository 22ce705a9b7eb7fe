package org.platformforge.provisioning.domain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.provisioning.domain.Estimates.Estimate;
import org.platformforge.provisioning.domain.template.Source;
import org.platformforge.provisioning.domain.template.Template;
import org.platformforge.provisioning.domain.template.TemplateCatalog;
import org.platformforge.provisioning.store.ProvisionRepository;
import org.platformforge.provisioning.store.ProvisionRepository.Run;

/** Templates as their callers see them. Thread-safe. */
@Component(service = TemplateService.class)
public final class TemplateService {
    /**
     * @param source where it is from
     * @param engines by resource type; types nobody makes are missing
     * @param estimateError the median of |estimated - taken| / taken over past runs, null without any
     * @param problems why it cannot be used now
     */
    public record Detail(
            Template template,
            Source source,
            Estimate estimate,
            Map<String, String> engines,
            Double estimateError,
            List<String> problems) {}

    private final TemplateCatalog catalog;
    private final DriverRegistry drivers;
    private final Estimates estimates;
    private final Store store;
    private final ProvisionRepository provisions;

    @Activate
    public TemplateService(
            @Reference TemplateCatalog catalog,
            @Reference DriverRegistry drivers,
            @Reference Estimates estimates,
            @Reference Store store,
            @Reference ProvisionRepository provisions) {
        this.catalog = catalog;
        this.drivers = drivers;
        this.estimates = estimates;
        this.store = store;
        this.provisions = provisions;
    }

    /** By name; without the error of past estimates. */
    public List<Detail> list(Caller caller) {
        return catalog.list(caller.tenantId()).stream()
                .map(entry -> detail(caller, entry, null))
                .toList();
    }

    public Detail get(Caller caller, String name) {
        TemplateCatalog.Entry entry =
                catalog.find(caller.tenantId(), name).orElseThrow(() -> PlatformException.notFound("Template", name));
        List<Run> runs = store.call(caller.tenantId(), tx -> provisions.completedRuns(tx, name));
        return detail(caller, entry, medianError(runs));
    }

    /** Files that cannot be used, for operators. */
    public List<TemplateCatalog.Broken> broken(Caller caller) {
        return catalog.broken(caller.tenantId());
    }

    private Detail detail(Caller caller, TemplateCatalog.Entry entry, Double estimateError) {
        Template template = entry.template();
        Map<String, String> engines = new LinkedHashMap<>();
        template.types()
                .forEach(type -> drivers.ofType(caller.tenantId(), type)
                        .map(Driver::engine)
                        .ifPresent(e -> engines.put(type, e)));
        List<String> problems = template.types().stream()
                .filter(type -> !engines.containsKey(type))
                .map(type -> "No engine that makes resources of type " + type + " is installed")
                .toList();
        return new Detail(
                template, entry.source(), estimates.of(caller.tenantId(), template), engines, estimateError, problems);
    }

    private static Double medianError(List<Run> runs) {
        List<Double> errors = runs.stream()
                .filter(run -> run.taken().toMillis() > 0)
                .map(run -> Math.abs(run.estimated().toMillis() - run.taken().toMillis())
                        / (double) run.taken().toMillis())
                .sorted()
                .toList();
        if (errors.isEmpty()) {
            return null;
        }
        return Math.round(errors.get(errors.size() / 2) * 1000) / 1000.0;
    }
}
