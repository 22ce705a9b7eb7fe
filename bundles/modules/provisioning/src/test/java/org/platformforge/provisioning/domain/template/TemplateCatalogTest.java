package org.platformforge.provisioning.domain.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceReference;
import org.platformforge.extension.api.template.TemplateProvider;
import org.platformforge.kernel.api.module.Generations.Stage;
import org.platformforge.kernel.store.testing.TestGenerations;
import org.platformforge.provisioning.testing.ServiceReferences;

class TemplateCatalogTest {
    private final TemplateCatalog catalog = new TemplateCatalog(new ExtensionTemplates());

    @TempDir
    private Path folder;

    private final TestGenerations generations = new TestGenerations();

    @Test
    void aCandidateThatIsNeverAcceptedSuppliesNoTemplate() throws IOException {
        ServiceReference<TemplateProvider> candidate = ServiceReferences.of("acme", 21, 2, 0);
        TemplateProvider next = provider(file("queue", "2"), file("new", "2"), write("broken", "name: broken\n"));
        catalog.bindGenerations(generations);
        catalog.bindProvider(ServiceReferences.of("acme", 20, 1, 0), provider(file("queue", "1")));
        generations.become(Map.of(21L, Stage.CANDIDATE));

        catalog.bindProvider(candidate, next);
        assertThat(version("queue")).isEqualTo("1");
        assertThat(catalog.find("ten_a", "new")).isEmpty();
        assertThat(catalog.broken("ten_a")).isEmpty();

        catalog.unbindProvider(candidate, next);
        assertThat(version("queue")).isEqualTo("1");
    }

    @Test
    void changesOverWithTheBundle() throws IOException {
        catalog.bindGenerations(generations);
        catalog.bindProvider(ServiceReferences.of("acme", 20, 1, 0), provider(file("queue", "1")));
        catalog.bindProvider(ServiceReferences.of("acme", 21, 2, 0), provider(file("queue", "2")));

        generations.become(Map.of(20L, Stage.ACTING, 21L, Stage.CANDIDATE));
        assertThat(version("queue")).isEqualTo("1");
        generations.become(Map.of(20L, Stage.DRAINING, 21L, Stage.ACTING));
        assertThat(version("queue")).isEqualTo("2");
        generations.become(Map.of(20L, Stage.ACTING, 21L, Stage.DRAINING));
        assertThat(version("queue")).isEqualTo("1");

        catalog.unbindGenerations(generations);
        assertThat(generations.listeners()).isZero();
        assertThat(version("queue")).isEqualTo("2");
    }

    @Test
    void shipsItsOwnTemplates() {
        assertThat(catalog.names("ten_a")).containsExactly("static-site", "web-app", "worker");
        assertThat(catalog.broken("ten_a")).isEmpty();
    }

    @Test
    void followsTheBundlesThatContribute() throws IOException {
        ServiceReference<TemplateProvider> reference = ServiceReferences.of("acme", 20, 1, 0);
        TemplateProvider provider = provider(file("queue", "1"));

        catalog.bindProvider(reference, provider);
        assertThat(catalog.find("ten_a", "queue"))
                .get()
                .extracting(TemplateCatalog.Entry::source)
                .hasToString("acme");

        catalog.unbindProvider(reference, provider);
        assertThat(catalog.find("ten_a", "queue")).isEmpty();
    }

    @Test
    void takesTheTemplatesOfTheNewerGenerationOnly() throws IOException {
        catalog.bindProvider(ServiceReferences.of("acme", 21, 1, 0), provider(file("queue", "2")));
        catalog.bindProvider(ServiceReferences.of("acme", 20, 2, 0), provider(file("queue", "1"), file("old", "1")));

        assertThat(catalog.find("ten_a", "queue").orElseThrow().template().version())
                .isEqualTo("2");
        assertThat(catalog.find("ten_a", "old")).isEmpty();
        assertThat(catalog.broken("ten_a")).isEmpty();
    }

    @Test
    void leavesANameToWhoHadItFirst() throws IOException {
        catalog.bindProvider(ServiceReferences.of("late", 30, 1, 0), provider(file("queue", "late")));
        catalog.bindProvider(
                ServiceReferences.of("early", 20, 2, 0), provider(file("queue", "early"), file("web-app", "evil")));

        assertThat(catalog.find("ten_a", "queue").orElseThrow().template().version())
                .isEqualTo("early");
        assertThat(catalog.find("ten_a", "web-app").orElseThrow().source()).hasToString("platform");
        assertThat(catalog.broken("ten_a"))
                .extracting(TemplateCatalog.Broken::source)
                .containsExactlyInAnyOrder(Source.platform("early"), Source.platform("late"));
    }

    @Test
    void reportsABrokenFileAndKeepsTheOthers() throws IOException {
        URL broken = write("broken", "name: broken\nresources: 7\n");
        URL missing = folder.resolve("missing.yaml").toUri().toURL();
        URL remote = new URL("http://169.254.169.254/template.yaml");

        catalog.bindProvider(
                ServiceReferences.of("acme", 20, 1, 0), provider(broken, missing, remote, file("queue", "1")));

        assertThat(catalog.find("ten_a", "queue")).isPresent();
        assertThat(catalog.broken("ten_a"))
                .extracting(TemplateCatalog.Broken::file)
                .containsExactly("broken.yaml", "missing.yaml", "template.yaml");
        assertThat(catalog.broken("ten_a").get(2).problems()).containsExactly("templates are not fetched over http");
    }

    @Test
    void bearsAProviderThatThrows() {
        catalog.bindProvider(ServiceReferences.of("acme", 20, 1, 0), () -> {
            throw new IllegalStateException("no");
        });

        assertThat(catalog.names("ten_a")).hasSize(3);
    }

    private String version(String name) {
        return catalog.find("ten_a", name).orElseThrow().template().version();
    }

    private URL file(String name, String version) throws IOException {
        return write(
                name + "-" + version,
                "name: " + name + "\nversion: '" + version + "'\nestimated_time: 1 s\nservice: a\nenvironment: b\n"
                        + "resources: [{name: a, type: worker}]\n");
    }

    private URL write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name + ".yaml"), text).toUri().toURL();
    }

    private static TemplateProvider provider(URL... files) {
        return () -> List.of(files);
    }
}
