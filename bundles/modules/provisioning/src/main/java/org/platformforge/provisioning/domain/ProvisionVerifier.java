package org.platformforge.provisioning.domain;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.Driver.Observation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.provisioning.domain.template.OutputTemplate;
import org.platformforge.provisioning.domain.template.ParameterSchema;
import org.platformforge.provisioning.store.ProvisionRepository;

/** The last step: everything that was made is looked at once more, all together, and the outputs are worked out. */
@Component(service = ProvisionVerifier.class)
public final class ProvisionVerifier {
    /** The key of a checkpoint whose values become the operation's output. */
    private static final String OUTPUT = "output";

    private final Store store;
    private final ProvisionRepository provisions;
    private final DriverRegistry drivers;
    private final ResourceMaker maker;
    private final SecretVault vault;

    @Activate
    public ProvisionVerifier(
            @Reference Store store,
            @Reference ProvisionRepository provisions,
            @Reference DriverRegistry drivers,
            @Reference ResourceMaker maker,
            @Reference SecretVault vault) {
        this.store = store;
        this.provisions = provisions;
        this.drivers = drivers;
        this.maker = maker;
        this.vault = vault;
    }

    /** @return the checkpoint: the outputs, secret ones masked */
    Map<String, Object> verify(StepContext context) throws OperationException, InterruptedException {
        String tenantId = context.operation().tenantId();
        String provisionId = context.operation().target();
        for (Resource resource : maker.made(tenantId, provisionId)) {
            requireRunning(resource, context);
        }
        Blueprint blueprint = maker.blueprint(tenantId, provisionId);
        Map<String, String> shown = new LinkedHashMap<>();
        Map<String, String> secret = new LinkedHashMap<>();
        for (OutputTemplate output : blueprint.template().outputs()) {
            String value = blueprint.scope().resolveText(output.value());
            if (output.secret()) {
                secret.put(output.name(), value);
            }
            shown.put(output.name(), output.secret() ? ParameterSchema.MASK : value);
        }
        store.run(tenantId, tx -> provisions.outputs(tx, provisionId, shown, vault.seal(provisionId, secret)));
        return Map.of(OUTPUT, shown);
    }

    private void requireRunning(Resource resource, StepContext context)
            throws OperationException, InterruptedException {
        Driver driver = drivers.ofEngine(resource.tenantId(), resource.engine())
                .orElseThrow(() -> StepFailures.engineMissing("The engine " + resource.engine() + " is not installed"));
        Optional<Observation> observation =
                StepFailures.call(driver, context, progress -> driver.observe(resource.id()));
        String what = resource.name() + " (" + resource.type() + ", " + resource.id() + ")";
        if (observation.isEmpty()) {
            throw OperationException.fatal(
                    "RESOURCE_MISSING", "The engine " + driver.engine() + " does not hold " + what + " any more", null);
        }
        String detail =
                observation.get().detail() == null || observation.get().detail().isBlank()
                        ? ""
                        : ": " + observation.get().detail();
        switch (observation.get().state()) {
            case RUNNING -> context.log(what + " is running");
            case STARTING, RESTARTING ->
                throw OperationException.transientFailure(
                        "NOT_READY", what + " is not ready yet" + detail, StepFailures.WAIT, null);
            case FAILED, STOPPED ->
                throw OperationException.fatal("RESOURCE_FAILED", what + " did not stay running" + detail, null);
        }
    }
}
