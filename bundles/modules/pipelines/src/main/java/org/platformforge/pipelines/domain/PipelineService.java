package org.platformforge.pipelines.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Credentials;
import org.platformforge.kernel.api.jobs.Cron;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.pipelines.domain.Pipeline.Settings;
import org.platformforge.pipelines.store.PipelineTable;
import org.platformforge.pipelines.store.RunTable;

/** Pipelines of a tenant. Thread-safe. */
@Component(service = PipelineService.class)
public final class PipelineService {
    /** Document 000's way to name a failure: {@code PROVISION_FAILED} there. */
    static final String FAILED = "PIPELINE_FAILED";

    static final String WHAT = "Pipeline";

    private final Store store;
    private final PipelineTable pipelines;
    private final RunTable runs;
    private final Neighbours neighbours;
    private final Vault vault;
    private final Trail trail;
    private final Cron cron;

    /** @param secret what push webhooks are signed with; shown this once */
    public record Created(Pipeline pipeline, String secret) {}

    /** @param last its newest run, or null */
    public record Shown(Pipeline pipeline, Run last, List<String> secretNames, boolean hasToken) {}

    @Activate
    public PipelineService(
            @Reference Store store,
            @Reference PipelineTable pipelines,
            @Reference RunTable runs,
            @Reference Neighbours neighbours,
            @Reference Vault vault,
            @Reference Trail trail,
            @Reference Cron cron) {
        this.store = store;
        this.pipelines = pipelines;
        this.runs = runs;
        this.neighbours = neighbours;
        this.vault = vault;
        this.trail = trail;
        this.cron = cron;
    }

    /** @throws PlatformException {@code VALIDATION} with every wrong field, under the code {@code PIPELINE_FAILED} */
    public Created create(Caller caller, PipelineDraft draft) {
        String id = Ids.next("pipe-");
        String tenantId = caller.tenantId();
        DraftCheck check = new DraftCheck();
        Settings settings = checked(draft, check);
        if (!check.problems().isEmpty()) {
            throw PlatformException.invalid("Pipeline creation failed due to invalid parameters", check.problems())
                    .withCode(FAILED);
        }
        String secret = vault.hookSecret();
        Credentials credentials = credentials(draft, Credentials.NONE);
        Pipeline made = store.call(tenantId, tx -> {
            Pipeline pipeline = new Pipeline(
                    tenantId,
                    id,
                    draft.service(),
                    draft.repository(),
                    List.copyOf(draft.environments()),
                    settings,
                    vault.seal(tenantId, id, credentials),
                    vault.sealHook(tenantId, id, secret),
                    0,
                    null,
                    next(settings, tx.now()),
                    caller.subject(),
                    tx.now(),
                    tx.now());
            pipelines.insert(tx, pipeline);
            trail.pipeline(tx, caller, null, pipeline);
            return pipeline;
        });
        return new Created(made, secret);
    }

    private Settings checked(PipelineDraft draft, DraftCheck check) {
        check.name("service_name", draft.service());
        String repository = check.repository(draft.repository());
        check.environments(draft.environments());
        check.secrets(draft.token(), draft.secrets());
        Settings settings = check.settings(draft, cron);
        if (repository != null) {
            neighbours
                    .sourcesNow()
                    .objection(repository)
                    .ifPresent(objection -> check.problem("repository", objection));
        }
        return settings;
    }

    private static Credentials credentials(PipelineDraft draft, Credentials before) {
        String token = draft.token() == null ? before.token() : draft.token().isEmpty() ? null : draft.token();
        return new Credentials(token, draft.secrets() == null ? before.variables() : draft.secrets());
    }

    Instant next(Settings settings, Instant now) {
        return settings.cron() == null
                ? null
                : cron.schedule(settings.cron(), settings.zone()).next(now).orElse(null);
    }

    /** By id. @param service null for all */
    public Page<Shown> list(Caller caller, String service, PageRequest request) {
        if (service != null && !DraftCheck.isName(service)) {
            return new Page<>(List.of(), 0, Optional.empty());
        }
        return store.call(caller.tenantId(), tx -> {
            List<Pipeline> all = pipelines.all(tx, service);
            List<Pipeline> rest = request.cursor() == null
                    ? all.subList(Math.min(request.offset(), all.size()), all.size())
                    : all.stream()
                            .filter(one -> one.id().compareTo(request.cursor()) > 0)
                            .toList();
            List<Pipeline> items = rest.subList(0, Math.min(request.limit(), rest.size()));
            List<Shown> shown = new java.util.ArrayList<>();
            for (Pipeline pipeline : items) {
                shown.add(shown(tx, pipeline));
            }
            return new Page<>(
                    shown,
                    all.size(),
                    items.size() < rest.size()
                            ? Optional.of(items.get(items.size() - 1).id())
                            : Optional.empty());
        });
    }

    private Shown shown(Transaction tx, Pipeline pipeline) throws java.sql.SQLException {
        Credentials credentials = vault.open(pipeline);
        return new Shown(
                pipeline,
                runs.last(tx, pipeline.id()).orElse(null),
                credentials.variables().keySet().stream().sorted().toList(),
                credentials.token() != null);
    }

    public Shown get(Caller caller, String id) {
        return store.call(caller.tenantId(), tx -> shown(tx, require(tx, caller, id)));
    }

    private Pipeline require(Transaction tx, Caller caller, String id) throws java.sql.SQLException {
        Optional<Pipeline> found = isId(id) ? pipelines.find(tx, caller.tenantId(), id) : Optional.empty();
        return found.orElseThrow(() -> PlatformException.notFound(WHAT, id));
    }

    static boolean isId(String text) {
        return text != null && text.matches("pipe-[a-z0-9]{1,59}");
    }

    /** Counts from the next run on. */
    public Shown update(Caller caller, String id, PipelineDraft draft) {
        String tenantId = caller.tenantId();
        Pipeline known = store.call(tenantId, tx -> require(tx, caller, id));
        DraftCheck check = new DraftCheck();
        Settings settings = checked(draft, check);
        if (!check.problems().isEmpty()) {
            throw PlatformException.invalid("Invalid request parameters", check.problems());
        }
        Credentials before = vault.open(known);
        Credentials after = credentials(draft, before);
        String sealed = after.equals(before) ? known.sealed() : vault.seal(tenantId, id, after);
        return store.call(tenantId, tx -> {
            Pipeline now = pipelines.lock(tx, tenantId, id).orElseThrow(() -> PlatformException.notFound(WHAT, id));
            Pipeline changed = new Pipeline(
                    tenantId,
                    id,
                    draft.service(),
                    draft.repository(),
                    List.copyOf(draft.environments()),
                    settings,
                    sealed,
                    now.hookSecret(),
                    now.lastNumber(),
                    now.activeRun(),
                    next(settings, tx.now()),
                    now.createdBy(),
                    now.createdAt(),
                    tx.now());
            pipelines.update(tx, changed);
            trail.pipeline(tx, caller, now, changed);
            return shown(tx, changed);
        });
    }

    /** The old secret counts no more. @return the new one, shown this once */
    public String newSecret(Caller caller, String id) {
        String tenantId = caller.tenantId();
        String secret = vault.hookSecret();
        store.run(tenantId, tx -> {
            require(tx, caller, id);
            Pipeline now = pipelines.lock(tx, tenantId, id).orElseThrow(() -> PlatformException.notFound(WHAT, id));
            pipelines.update(
                    tx,
                    new Pipeline(
                            tenantId,
                            id,
                            now.service(),
                            now.repository(),
                            now.environments(),
                            now.settings(),
                            now.sealed(),
                            vault.sealHook(tenantId, id, secret),
                            now.lastNumber(),
                            now.activeRun(),
                            now.nextRunAt(),
                            now.createdBy(),
                            now.createdAt(),
                            tx.now()));
            trail.newSecret(tx, caller, now);
        });
        return secret;
    }

    /** With its runs; what they have deployed stays. */
    public void delete(Caller caller, String id) {
        store.run(caller.tenantId(), tx -> {
            require(tx, caller, id);
            Pipeline now =
                    pipelines.lock(tx, caller.tenantId(), id).orElseThrow(() -> PlatformException.notFound(WHAT, id));
            if (now.activeRun() != null) {
                throw PlatformException.of(ErrorKind.CONFLICT, "A run of the pipeline is on its way; cancel it first")
                        .withDetail("run_id", now.activeRun());
            }
            pipelines.delete(tx, caller.tenantId(), id);
            trail.pipeline(tx, caller, now, null);
        });
    }

    /** Of all pipelines, in order. */
    public List<String> ids(Caller caller) {
        return store.call(caller.tenantId(), tx -> pipelines.all(tx, null)).stream()
                .map(Pipeline::id)
                .toList();
    }
}
