package example.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;

/** Applications for Deno: {@code POST /api/deploy} takes them as the framework {@code example.template.deno}. */
@Component
public final class DenoFramework implements Framework {
    private static final List<String> ENTRIES = List.of("main.ts", "main.js", "server.ts");

    @Override
    public Description description() {
        return new Description(
                "example.template.deno",
                "Deno",
                "typescript",
                "2.x",
                8000,
                "curl -fsSL https://deno.land/install.sh | sh",
                List.of(new Tool("deno", "2")));
    }

    @Override
    public Set<String> files() {
        return Set.of("deno.json");
    }

    @Override
    public Detection detect(SourceTree source) {
        return entry(source)
                .map(Detection::by)
                .orElse(Detection.missing("there is none of " + String.join(", ", ENTRIES)));
    }

    private static Optional<String> entry(SourceTree source) {
        return ENTRIES.stream().filter(source::has).findFirst();
    }

    @Override
    public Plan plan(SourceTree source) {
        String entry = entry(source).orElseThrow();
        boolean task = source.text("deno.json").filter(text -> text.contains("\"start\"")).isPresent();
        return new Plan(
                List.of("deno cache " + entry),
                List.of("deno test --allow-all"),
                task ? "exec deno task start" : "exec deno run --allow-net --allow-env --allow-read " + entry,
                null,
                "/",
                null,
                Map.of("DENO_DIR", ".deno"),
                List.of());
    }
}
