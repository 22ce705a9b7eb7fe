package org.platformforge.extension.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import example.scan.Licences;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.extension.api.pipeline.PipelineStep;
import org.platformforge.extension.api.pipeline.StepException;

/** A pipeline step of a real bundle, called as pipelines do. */
class StepTest {
    private static final String COMPONENT = """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="licences" init="1">
              <implementation class="example.scan.Licences"/>
              <service><provide interface="org.platformforge.extension.api.pipeline.PipelineStep"/></service>
              <reference name="context" interface="org.platformforge.extension.api.ExtensionContext" parameter="0"/>
            </scr:component>
            """;
    private static final String DESCRIPTION = """
            id: example.scan
            version: 1.0.0
            name: Scan
            description: Looks for licences.
            category: developer-tools
            license: Apache-2.0
            requires:
              api: "[1.0,2)"
            """;

    @TempDir
    Path folder;

    private ExtensionTestkit platform;

    @BeforeEach
    void start() throws Exception {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "example.scan");
        headers.putValue("Bundle-Version", "1.0.0");
        headers.putValue("Import-Package", "org.platformforge.extension.api,org.platformforge.extension.api.pipeline");
        headers.putValue("Service-Component", "OSGI-INF/licences.xml");
        Path jar = folder.resolve("scan.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            entry(out, "OSGI-INF/licences.xml", COMPONENT.getBytes(StandardCharsets.UTF_8));
            entry(out, "META-INF/extension.yaml", DESCRIPTION.getBytes(StandardCharsets.UTF_8));
            String type = Licences.class.getName().replace('.', '/') + ".class";
            try (InputStream in = Licences.class.getClassLoader().getResourceAsStream(type)) {
                entry(out, type, in.readAllBytes());
            }
        }
        platform = new ExtensionTestkit(jar);
        platform.beforeAll(null);
        platform.beforeEach(null);
    }

    private static void entry(JarOutputStream jar, String name, byte[] content) throws IOException {
        jar.putNextEntry(new JarEntry(name));
        jar.write(content);
    }

    @AfterEach
    void stop() throws Exception {
        platform.afterAll(null);
    }

    @Test
    void callsAStepInATenantWithTheFilesOfARun() throws Exception {
        Tenant acme = platform.tenant("acme");
        PipelineStep step = acme.step("licences");
        Map<String, Object> with = Map.of("deny", List.of("GPL"));

        assertThat(step.check(Map.of())).containsExactly(new PipelineStep.Problem("deny", "is needed"));
        assertThat(step.run(acme.stepRequest(with), acme.stepContext(Map.of("LICENCE", "MIT"))))
                .containsEntry("files", "1");
        assertThat(acme.progressLog()).containsExactly("LICENCE: MIT");
        assertThat(acme.keyValues().get("last")).isPresent();
        assertThat(platform.tenant("other").keyValues().get("last")).isEmpty();
        assertThatThrownBy(() -> step.run(acme.stepRequest(with), acme.stepContext(Map.of("COPYING", "GPL"))))
                .isInstanceOfSatisfying(
                        StepException.class, e -> assertThat(e.code()).isEqualTo("LICENCE_DENIED"));
        assertThatThrownBy(() -> acme.step("other")).isInstanceOf(IllegalArgumentException.class);
    }
}
