package org.platformforge.catalog.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.catalog.store.EnvironmentTable;
import org.platformforge.catalog.store.ServiceTable;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.Delivery.Target;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Scale;
import org.platformforge.kernel.api.delivery.Environments;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.Cron;
import org.platformforge.kernel.api.store.Store;

/** What environments allow, less what their services have; for everybody who deploys. Thread-safe. */
@Component(
        service = {EnvironmentLimits.class, Environments.class},
        configurationPid = CatalogConfig.PID)
public final class EnvironmentLimits implements Environments {
    private final Store store;
    private final EnvironmentTable environments;
    private final ServiceTable services;
    private final Delivery delivery;
    private final Cron cron;
    private volatile CatalogConfig config;

    @Activate
    public EnvironmentLimits(
            @Reference Store store,
            @Reference EnvironmentTable environments,
            @Reference ServiceTable services,
            @Reference Delivery delivery,
            @Reference Cron cron,
            CatalogConfig config) {
        this.store = store;
        this.environments = environments;
        this.services = services;
        this.delivery = delivery;
        this.cron = cron;
        this.config = config;
    }

    @Modified
    void modified(CatalogConfig changed) {
        config = changed;
    }

    private Optional<Environment> find(String tenantId, String name) {
        return Checks.isName(name) ? store.call(tenantId, tx -> environments.find(tx, name)) : Optional.empty();
    }

    @Override
    public Optional<String> engine(String tenantId, String environment) {
        return find(tenantId, environment).map(this::engine);
    }

    /** @return null for the one the platform prefers */
    String engine(Environment environment) {
        return Stream.of(config.cluster_engines())
                .flatMap(value -> Stream.of(value.split(",")))
                .map(mapping -> mapping.split("=", 2))
                .filter(parts -> parts.length == 2 && parts[0].strip().equals(environment.cluster()))
                .map(parts -> parts[1].strip())
                .findFirst()
                .orElse(null);
    }

    @Override
    public Optional<Freeze> frozen(String tenantId, String environment) {
        return Checks.isName(environment)
                ? store.call(
                        tenantId,
                        tx -> environments.find(tx, environment).flatMap(found -> found.frozen(tx.now(), cron)))
                : Optional.empty();
    }

    @Override
    public boolean autoDeploy(String tenantId, String environment) {
        return find(tenantId, environment).map(Environment::autoDeploy).orElse(true);
    }

    @Override
    public List<FieldError> objections(String tenantId, DeployRequest request) {
        return find(tenantId, request.environment())
                .map(environment -> objections(tenantId, request.service(), environment, request.scale()))
                .orElse(List.of());
    }

    @Override
    public Optional<Limits> limits(String tenantId, String environment) {
        return find(tenantId, environment).map(EnvironmentLimits::limits);
    }

    private static Limits limits(Environment environment) {
        return environment.cpuLimit() == null && environment.memoryLimit() == null
                ? null
                : new Limits(environment.name(), environment.cpuLimit(), environment.memoryLimit());
    }

    List<FieldError> objections(String tenantId, String service, Environment environment, Scale scale) {
        Limits limits = limits(environment);
        if (limits == null) {
            return List.of();
        }
        List<Scale> others = new ArrayList<>();
        for (Service other : store.call(tenantId, services::all)) {
            if (!other.id().equals(service)) {
                delivery.target(tenantId, other.id(), environment.name())
                        .ifPresent(target -> others.add(larger(target)));
            }
        }
        others.removeIf(Objects::isNull);
        return limits.objections(scale, others);
    }

    /** Of what serves and what is on its way; the two exist side by side for the time of the change only. */
    private static Scale larger(Target target) {
        Release counted = target.rollingOut() != null ? target.rollingOut() : target.current();
        return counted == null ? null : counted.scale();
    }
}
