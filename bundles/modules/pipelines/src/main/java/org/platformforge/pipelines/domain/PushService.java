package org.platformforge.pipelines.domain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.pipelines.domain.Run.Cause;
import org.platformforge.pipelines.domain.Run.Deploy;
import org.platformforge.pipelines.domain.Run.Trigger;
import org.platformforge.pipelines.store.PipelineTable;
import org.platformforge.pipelines.store.PipelineTable.Taken;
import org.platformforge.pipelines.trigger.Branches;
import org.platformforge.pipelines.trigger.Signature;

/**
 * Pushes, in the form of GitHub's webhooks. Whoever knows the pipeline's secret may say that a branch has a new commit, and
 * nothing else: repository, environments and gates are the pipeline's own. A signed body counts once, under whatever delivery
 * id it comes again: the id is not signed. Thread-safe.
 */
@Component(service = PushService.class)
public final class PushService {
    private static final int LONGEST_ID = 100;
    private static final int LONGEST_NOTE = 500;
    private static final int LONGEST_NAME = 100;
    private static final byte[] NOBODY = "no such pipeline".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final Store store;
    private final PipelineTable pipelines;
    private final RunService runs;
    private final Vault vault;
    private final Trail trail;
    private final ObjectMapper json = new ObjectMapper();

    /** The headers of a delivery. Each may be null. */
    public record Delivery(String signature, String id, String event) {}

    /**
     * What became of a delivery.
     *
     * @param status {@code accepted}, {@code duplicate}, {@code ignored} or {@code pong}
     * @param reason why it was ignored, or null
     */
    public record Answer(String status, String runId, String reason) {}

    @Activate
    public PushService(
            @Reference Store store,
            @Reference PipelineTable pipelines,
            @Reference RunService runs,
            @Reference Vault vault,
            @Reference Trail trail) {
        this.store = store;
        this.pipelines = pipelines;
        this.runs = runs;
        this.vault = vault;
        this.trail = trail;
    }

    /**
     * @param request nobody yet: for the audit record
     * @throws PlatformException {@code UNAUTHENTICATED} for what is not signed with the pipeline's secret, and for a pipeline
     *     that is not there: the two are not told apart
     */
    public Answer receive(Caller request, String pipelineId, Delivery delivery, byte[] body) {
        Optional<Pipeline> known = PipelineService.isId(pipelineId)
                ? store.call(Store.ALL_TENANTS, tx -> pipelines.ofAnybody(tx, pipelineId))
                : Optional.empty();
        byte[] secret = known.map(vault::openHook).orElse(NOBODY);
        if (!Signature.matches(delivery.signature(), secret, body) || known.isEmpty()) {
            throw PlatformException.of(
                    ErrorKind.UNAUTHENTICATED, "The webhook is not signed with the secret of the pipeline");
        }
        if ("ping".equals(delivery.event())) {
            return new Answer("pong", null, null);
        }
        if (!"push".equals(delivery.event())) {
            return ignored("only pushes start a run");
        }
        if (delivery.id() == null || delivery.id().isBlank() || delivery.id().length() > LONGEST_ID) {
            throw PlatformException.invalid("X-GitHub-Delivery", "is needed: the id of the delivery");
        }
        return pushed(request, known.get(), delivery.id(), body);
    }

    private static Answer ignored(String reason) {
        return new Answer("ignored", null, reason);
    }

    private Answer pushed(Caller request, Pipeline pipeline, String deliveryId, byte[] body) {
        JsonNode event = read(body);
        String ref = event.path("ref").asText("");
        String commit = event.path("after").asText("");
        if (!ref.startsWith("refs/heads/") || !DraftCheck.isRef(ref.substring("refs/heads/".length()))) {
            return ignored("it is no push to a branch");
        }
        String branch = ref.substring("refs/heads/".length());
        if (event.path("deleted").asBoolean(false) || !commit.matches("[0-9a-f]{40}") || commit.matches("0+")) {
            return ignored("the branch is gone");
        }
        if (!Branches.matches(pipeline.settings().pushBranches(), branch)) {
            return ignored("pushes to this branch start no run");
        }
        Cause cause = new Cause(Trigger.PUSH, branch, commit, null, false, Deploy.AS_DEFINED, Map.of(), note(event));
        Caller pusher = trail.webhook(pipeline.tenantId(), request, pusher(pipeline, event));
        return take(pusher, pipeline, "id:" + deliveryId, "body:" + Signature.digest(body), cause);
    }

    private static String note(JsonNode event) {
        return line(event.path("head_commit").path("message"), LONGEST_NOTE);
    }

    /** Whom the sender names, with a prefix that no user's or key's id has; else the webhook itself. */
    private static String pusher(Pipeline pipeline, JsonNode event) {
        String name = line(event.path("pusher").path("name"), LONGEST_NAME).strip();
        return name.isEmpty() ? "webhook:" + pipeline.id() : "github:" + name;
    }

    private static String line(JsonNode text, int longest) {
        String line = text.asText("").lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", " ");
        return line.length() > longest ? line.substring(0, longest) : line;
    }

    private JsonNode read(byte[] body) {
        try {
            JsonNode event = json.readTree(body);
            if (event != null && event.isObject()) {
                return event;
            }
        } catch (IOException e) {
            throw PlatformException.of(ErrorKind.MALFORMED, "The body is no JSON")
                    .withCause(e);
        }
        throw PlatformException.of(ErrorKind.MALFORMED, "The body must be a JSON object");
    }

    /** The same at once from two connections is one run: the second waits for the pipeline's lock. */
    private Answer take(Caller pusher, Pipeline pipeline, String id, String body, Cause cause) {
        String tenantId = pipeline.tenantId();
        Run[] made = new Run[1];
        Answer answer = store.call(tenantId, tx -> {
            made[0] = null;
            pipelines
                    .lock(tx, tenantId, pipeline.id())
                    .orElseThrow(() -> PlatformException.notFound(PipelineService.WHAT, pipeline.id()));
            Optional<Taken> before = pipelines.hook(tx, pipeline.id(), body);
            if (before.isEmpty()) {
                before = pipelines.hook(tx, pipeline.id(), id);
            }
            if (before.isPresent()) {
                return new Answer("duplicate", before.get().runId(), null);
            }
            Run run = runs.start(tx, pusher, tenantId, pipeline.id(), cause);
            pipelines.take(tx, pipeline.id(), id, run.id());
            pipelines.take(tx, pipeline.id(), body, run.id());
            made[0] = run;
            return new Answer("accepted", run.id(), null);
        });
        if (made[0] != null) {
            runs.makeRoom(pusher, tenantId, made[0]);
        }
        return answer;
    }
}
