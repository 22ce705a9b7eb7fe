package example.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.DocumentStore;
import org.platformforge.extension.api.DocumentStore.Document;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;

/**
 * An engine whose resources are documents of the tenant. What it makes outlives this version of the extension: the next
 * one finds the same documents and looks after them.
 */
@Component
public final class RunbookDriver implements Driver {
    static final String COLLECTION = "runbooks";
    static final String TYPE = "example.template.runbook";

    private static final int LONGEST_URL = 1000;

    private final ExtensionContext context;

    @Activate
    public RunbookDriver(@Reference ExtensionContext context) {
        this.context = context;
    }

    private DocumentStore store() {
        return context.tenant().documents(COLLECTION);
    }

    @Override
    public String engine() {
        return "example.template.runbooks";
    }

    @Override
    public Set<String> resourceTypes() {
        return Set.of(TYPE);
    }

    @Override
    public List<Problem> check(ResourceSpec spec) {
        List<Problem> problems = new ArrayList<>();
        if (text(spec, "on_call").isBlank()) {
            problems.add(new Problem("on_call", "must say whom to call"));
        }
        if (text(spec, "url").length() > LONGEST_URL) {
            problems.add(new Problem("url", "must have at most " + LONGEST_URL + " characters"));
        }
        return problems;
    }

    private static String text(ResourceSpec spec, String property) {
        return String.valueOf(spec.properties().getOrDefault(property, ""));
    }

    /** Asked again after a crash, it finds what is there. */
    @Override
    public Observation apply(ResourceSpec spec, Progress progress) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("service", spec.service());
        data.put("environment", spec.environment());
        data.put("provision_id", spec.provisionId());
        data.put("title", text(spec, "title"));
        data.put("url", text(spec, "url"));
        data.put("on_call", text(spec, "on_call"));
        Document written = store().find(spec.id()).isPresent()
                ? store().replace(spec.id(), 0, data)
                : store().insert(spec.id(), data);
        progress.log("The runbook is written");
        context.metrics().count("runbooks.written", 1);
        return observation(written);
    }

    private static Observation observation(Document document) {
        return new Observation(
                State.RUNNING,
                "",
                Map.of("path", "/api/v1/ext/example.template/runbooks/" + document.id()),
                Map.of("version", String.valueOf(document.version())));
    }

    @Override
    public Optional<Observation> observe(String resourceId) {
        return store().find(resourceId).map(RunbookDriver::observation);
    }

    @Override
    public void delete(String resourceId, Progress progress) {
        store().delete(resourceId);
    }

    @Override
    public List<Held> inventory() {
        List<Held> held = new ArrayList<>();
        PageRequest next = PageRequest.first(100);
        while (next != null) {
            Page<Document> page = store().list(Map.of(), next);
            page.items().forEach(document -> held.add(held(document)));
            next = page.nextCursor()
                    .map(cursor -> new PageRequest(100, 0, cursor))
                    .orElse(null);
        }
        return held;
    }

    private Held held(Document document) {
        return new Held(
                document.id(),
                context.tenant().tenantId(),
                (String) document.data().get("provision_id"),
                (String) document.data().get("title"));
    }

    @Override
    public List<String> logs(String resourceId, int tail) {
        return store().find(resourceId)
                .map(document -> List.of(document.updatedAt() + " written, version " + document.version()))
                .orElse(List.of());
    }

    @Override
    public Optional<Usage> usage(String resourceId) {
        return Optional.empty();
    }
}
