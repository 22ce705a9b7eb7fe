package example.template;

import java.net.URL;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.api.template.TemplateProvider;

/** Contributes the templates in {@code META-INF/templates}. */
@Component
public final class Templates implements TemplateProvider {
    @Override
    public List<URL> templates() {
        return Stream.of("small-app", "runbook")
                .map(name -> Templates.class.getResource("/META-INF/templates/" + name + ".yaml"))
                .toList();
    }
}
