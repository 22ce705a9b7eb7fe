package example.markdown;

import java.util.Map;
import javax.ws.rs.Consumes;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Served under {@code /api/v1/ext/example.markdown/html}. */
@Component(service = MarkdownResource.class, property = "osgi.jaxrs.resource:Boolean=true")
@Path("/html")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Markdown")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class MarkdownResource {
    private final Parser parser = Parser.builder().build();
    private final HtmlRenderer renderer = HtmlRenderer.builder().escapeHtml(true).sanitizeUrls(true).build();

    @POST
    @Endpoint(operationId = "renderMarkdown", summary = "HTML of a text in Markdown", permission = "read")
    public Map<String, String> render(Map<String, String> text) {
        return Map.of("html", renderer.render(parser.parse(text.getOrDefault("markdown", ""))));
    }
}
