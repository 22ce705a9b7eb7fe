package example.scan;

import java.util.List;
import java.util.Map;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.pipeline.PipelineStep;
import org.platformforge.extension.api.pipeline.StepContext;
import org.platformforge.extension.api.pipeline.StepException;

/** Lets no licence through that is denied, and counts the runs of a tenant. */
public final class Licences implements PipelineStep {
    private final ExtensionContext context;

    public Licences(ExtensionContext context) {
        this.context = context;
    }

    @Override
    public String name() {
        return "licences";
    }

    @Override
    public List<Problem> check(Map<String, Object> with) {
        return with.containsKey("deny") ? List.of() : List.of(new Problem("deny", "is needed"));
    }

    @Override
    public Map<String, String> run(StepRequest request, StepContext run) throws StepException {
        context.tenant().keyValues().put("last", request.runId());
        for (String path : run.files()) {
            String text = run.read(path).map(String::new).orElse("");
            run.log(path + ": " + text);
            if (((List<?>) request.with().get("deny")).contains(text)) {
                throw new StepException("LICENCE_DENIED", path + " is denied", false, null);
            }
        }
        return Map.of("files", Integer.toString(run.files().size()));
    }
}
