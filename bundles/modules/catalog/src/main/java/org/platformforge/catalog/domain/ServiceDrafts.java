package org.platformforge.catalog.domain;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.delivery.Credentials;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Run;
import org.platformforge.kernel.api.security.Secrets;

/** Makes services of what people describe, and says everything that is wrong with it. Thread-safe. */
@Component(service = ServiceDrafts.class)
public final class ServiceDrafts {
    private static final String PURPOSE = "catalog";

    private static final int LONGEST_COMMAND = 10_000;
    private static final String RESERVED = "import";
    private static final Build NO_BUILD = new Build(List.of(), Map.of(), null);
    private static final Run NO_RUN = new Run(null, null, null, null, Map.of(), Map.of());

    private final Secrets secrets;

    @Activate
    public ServiceDrafts(@Reference Secrets secrets) {
        this.secrets = secrets;
    }

    /** @return empty for a draft without a name */
    static String id(ServiceDraft draft) {
        if (draft.id() != null) {
            return draft.id();
        }
        return draft.name() == null ? "" : ServiceCatalog.slug(draft.name());
    }

    /**
     * @param known the service as it is, null for a new one
     * @return a service without times; of no use when there are problems
     */
    Service checked(String tenantId, ServiceDraft draft, Service known, Checks checks) {
        String id = known == null ? id(draft) : known.id();
        if (known == null) {
            checks.name("id", id);
            if (id.equals(RESERVED)) {
                checks.problem("id", "is taken by the import");
            }
        } else if (draft.id() != null && !draft.id().equals(known.id())) {
            checks.problem("id", "cannot be changed");
        }
        String name = checks.text("name", draft.name(), 1, 255);
        String description = checks.text("description", draft.description(), 0, 4000);
        String owner = checks.text("owner", draft.owner(), 0, 255);
        String repository = checks.text("repository", draft.repository(), 0, 1000);
        List<String> endpoints = checks.texts("endpoints", draft.endpoints(), 500);
        List<String> dependencies = checks.texts("dependencies", draft.dependencies(), 255).stream()
                .map(String::strip)
                .distinct()
                .toList();
        if (dependencies.contains(id)) {
            checks.problem("dependencies", "must not name the service itself");
        }
        Build build = build(Objects.requireNonNullElse(draft.build(), NO_BUILD), checks);
        Run run = run(Objects.requireNonNullElse(draft.run(), NO_RUN), checks);
        return new Service(
                tenantId,
                id,
                name,
                description,
                owner,
                repository.isEmpty() ? null : repository,
                endpoints,
                dependencies,
                build,
                run,
                sealed(row(tenantId, id), draft, known, checks),
                known == null ? null : known.origin(),
                null,
                null);
    }

    static String row(String tenantId, String id) {
        return tenantId + "/" + id;
    }

    static Credentials credentials(Secrets secrets, Service service) {
        return Credentials.open(secrets, PURPOSE, row(service.tenantId(), service.id()), service.sealed());
    }

    private Build build(Build given, Checks checks) {
        if (given.timeoutSeconds() != null && (given.timeoutSeconds() < 1 || given.timeoutSeconds() > 14_400)) {
            checks.problem("build.timeout_seconds", "must be a number from 1 to 14400");
        }
        return new Build(
                checks.texts("build.commands", given.commands(), LONGEST_COMMAND),
                checks.variables("build.env", given.env()),
                given.timeoutSeconds());
    }

    private Run run(Run given, Checks checks) {
        String start = checks.text("run.start", given.start(), 0, LONGEST_COMMAND);
        String directory = checks.text("run.static_directory", given.staticDirectory(), 0, 255);
        if (!start.isEmpty() && !directory.isEmpty()) {
            checks.problem("run.static_directory", "cannot be combined with a start command");
        }
        String probe = checks.text("run.probe_path", given.probePath(), 0, 500);
        if (!probe.isEmpty() && (!probe.startsWith("/") || probe.chars().anyMatch(c -> c <= ' '))) {
            checks.problem("run.probe_path", "must begin with / and hold no blanks");
        }
        if (given.startTimeoutSeconds() != null
                && (given.startTimeoutSeconds() < 1 || given.startTimeoutSeconds() > 900)) {
            checks.problem("run.start_timeout_seconds", "must be a number from 1 to 900");
        }
        return new Run(
                start.isEmpty() ? null : start,
                directory.isEmpty() ? null : directory,
                probe.isEmpty() ? null : probe,
                given.startTimeoutSeconds(),
                checks.variables("run.env", given.env()),
                Map.of());
    }

    /** As it was where neither is given: sealing the same anew would make a difference of nothing. */
    private String sealed(String row, ServiceDraft draft, Service known, Checks checks) {
        Map<String, String> given = draft.run() == null ? null : draft.run().secrets();
        String token = checks.text("token", draft.token(), 0, 4000);
        Map<String, String> variables = checks.variables("run.secrets", given);
        String before = known == null ? null : known.sealed();
        Credentials kept = Credentials.open(secrets, PURPOSE, row, before);
        Credentials wanted = new Credentials(
                draft.token() == null ? kept.token() : token.isEmpty() ? null : token,
                given == null ? kept.variables() : variables);
        return wanted.equals(kept) ? before : wanted.seal(secrets, PURPOSE, row);
    }
}
