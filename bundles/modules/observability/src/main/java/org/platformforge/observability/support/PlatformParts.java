package org.platformforge.observability.support;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.module.ModuleManager;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.DeadLetters;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.observability.diagnosis.Why;

/**
 * Parts of the support bundle that other bundles tell. Whoever asks for a support bundle may do so because one of these is not
 * there: then the part says so. Thread-safe.
 */
@Component(service = PlatformParts.class)
public final class PlatformParts {
    private static final int MOST = 100;
    private static final int MOST_TENANTS = 500;

    private final ServiceComponentRuntime components;
    private final Why why;
    private final List<HealthCheck> checks = new CopyOnWriteArrayList<>();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ModuleManager modules;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Store store;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Operations operations;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Tenants tenants;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile DeadLetters deadLetters;

    @Activate
    public PlatformParts(@Reference ServiceComponentRuntime components, @Reference Why why) {
        this.components = components;
        this.why = why;
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCheck(HealthCheck check) {
        checks.add(check);
    }

    void unbindCheck(HealthCheck check) {
        checks.remove(check);
    }

    private static <T> T there(T service, String name) {
        if (service == null) {
            throw new IllegalStateException(name + " is not there");
        }
        return service;
    }

    String modules() {
        StringBuilder text = new StringBuilder("module\tversion\tgeneration\tstate\troutes\tin flight\tproblem\n");
        for (ModuleManager.Module module : there(modules, "The module manager").list()) {
            text.append(String.join(
                    "\t",
                    module.symbolicName(),
                    module.version(),
                    Long.toString(module.generation()),
                    module.state().name().toLowerCase(Locale.ROOT),
                    Integer.toString(module.routes()),
                    Integer.toString(module.inFlight()),
                    module.problem()));
            text.append('\n');
        }
        return text.toString();
    }

    /** Every component that is not there, with its reason. */
    String wiring() {
        TreeSet<String> reasons = new TreeSet<>();
        int count = 0;
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs()) {
            count++;
            boolean there = components.getComponentConfigurationDTOs(component).stream()
                    .anyMatch(one -> one.state == ComponentConfigurationDTO.SATISFIED
                            || one.state == ComponentConfigurationDTO.ACTIVE);
            if (!there) {
                reasons.add(why.ask(component.name).reason());
            }
        }
        return count + " components, not there: " + reasons.size() + "\n" + String.join("\n", reasons) + "\n";
    }

    String health() {
        TreeSet<String> lines = new TreeSet<>();
        for (HealthCheck check : checks) {
            HealthCheck.Health health = check.check();
            lines.add(check.name() + '\t' + health.status() + '\t' + health.message());
        }
        return String.join("\n", lines) + "\n";
    }

    /** Of each bundle with tables the scripts that were run. */
    String migrations() {
        return there(store, "The store").call(Store.ALL_TENANTS, tx -> migrations(tx.connection()));
    }

    private static String migrations(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet rows = connection.getMetaData().getTables(null, null, "%", new String[] {"TABLE"})) {
            while (rows.next()) {
                String name = rows.getString("TABLE_NAME");
                if (name.matches("[A-Za-z0-9_.]+")
                        && name.toLowerCase(Locale.ROOT).startsWith("schema_of_")) {
                    tables.add(name);
                }
            }
        }
        StringBuilder text = new StringBuilder();
        for (String table : tables) {
            text.append('[').append(table).append("]\n");
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "SELECT \"version\", \"script\", \"installed_on\", \"success\" FROM \"" + table
                                    + "\" ORDER BY \"installed_rank\"")) {
                while (rows.next()) {
                    text.append(rows.getString(1))
                            .append('\t')
                            .append(rows.getString(2))
                            .append('\t');
                    text.append(rows.getString(3)).append('\t');
                    text.append(rows.getBoolean(4) ? "done" : "failed").append('\n');
                }
            }
        }
        return text.toString();
    }

    String failedOperations() {
        Operations known = there(operations, "The job engine");
        StringBuilder text = new StringBuilder("finished\tid\tkind\terror\n");
        List<Operation> failed = new ArrayList<>();
        for (Tenants.Tenant tenant : there(tenants, "The tenants' service")
                .list(PageRequest.first(PageRequest.MAX_LIMIT))
                .items()) {
            failed.addAll(known.list(tenant.id(), null, Operation.Status.FAILED, PageRequest.first(MOST))
                    .items());
            if (failed.size() >= MOST_TENANTS) {
                break;
            }
        }
        failed.stream()
                .limit(MOST)
                .forEach(one -> text.append(one.finishedAt())
                        .append('\t')
                        .append(one.id())
                        .append('\t')
                        .append(one.kind())
                        .append('\t')
                        .append(one.error() == null ? "" : one.error())
                        .append('\n'));
        return text.toString();
    }

    /** Without the events' data, which is the tenants'. */
    String deadLetters() {
        StringBuilder text = new StringBuilder("given up\tlistener\ttype\tfailures\terror\n");
        there(deadLetters, "The outbox")
                .list(DeadLetters.Selection.ALL, MOST)
                .forEach(one -> text.append(one.givenUpAt())
                        .append('\t')
                        .append(one.listener())
                        .append('\t')
                        .append(one.event().type())
                        .append('\t')
                        .append(one.failures())
                        .append('\t')
                        .append(one.error())
                        .append('\n'));
        return text.toString();
    }
}
