package org.platformforge.provisioning.domain.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateParserTest {
    private static final String HEAD = """
            name: sample
            version: 1.0.0
            estimated_time: PT30S
            parameters:
              type: object
              properties:
                app_name: {type: string}
                environment: {type: string}
                token: {type: string, writeOnly: true}
            """;

    private final TemplateParser parser = new TemplateParser();

    @ParameterizedTest
    @ValueSource(strings = {"web-app", "static-site", "worker"})
    void readsEveryTemplateThatIsShipped(String name) throws Exception {
        assertThat(parser.parse(shipped(name)).name()).isEqualTo(name);
    }

    @Test
    void ordersResourcesByWhatTheirPropertiesReferTo() throws Exception {
        Template template = parser.parse(bytes(HEAD + """
                resources:
                  - name: route
                    type: http-route
                    properties: {upstream: "http://${resources.app.outputs.address}"}
                  - {name: app, type: application, depends_on: [database]}
                  - {name: database, type: postgresql}
                """));

        assertThat(template.resources()).extracting(ResourceTemplate::name).containsExactly("database", "app", "route");
        assertThat(template.resource("route").orElseThrow().dependsOn()).containsExactly("app");
    }

    @Test
    void keepsADefinitionThatReadsBackTheSame() throws Exception {
        Template template = parser.parse(shipped("web-app"));

        Template again = parser.parseKept(template.definition());

        assertThat(again.resources()).isEqualTo(template.resources());
        assertThat(again.outputs()).isEqualTo(template.outputs());
        assertThat(again.estimatedTime()).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void reportsEveryMistakeAtOnce() {
        List<String> problems = problemsOf("""
                name: Wrong_Name
                colour: red
                estimated_time: soon
                parameters: {type: array}
                resources:
                  - {name: app, type: Application, sort: 1}
                  - {name: app2, type: worker, depends_on: [nothing], exclusive: [host]}
                  - {name: app2, type: worker, properties: {a: "${parameters.missing.${x}"}}
                outputs:
                  url: ${resources.ghost.outputs.url}
                """);

        assertThat(String.join("\n", problems))
                .contains("name: must be lower-case")
                .contains("colour: is not known")
                .contains("version: must be a text")
                .contains("estimated_time: must be a duration")
                .contains("parameters: must say type: object")
                .contains("resources[0].type: must be")
                .contains("resources[0].sort: is not known")
                .contains("depends on nothing, which is not a resource")
                .contains("host is no text among the properties")
                .contains("app2 is there twice")
                .contains("is not a reference")
                .contains("ghost is not a resource");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ${parameters.nobody}          | is not a parameter
            ${parameters}                 | is incomplete
            ${resources.app}              | is incomplete
            ${resources.app.outputs}      | is incomplete
            ${provision.name}             | is incomplete
            ${env.HOME}                   | points nowhere
            ${../../etc/passwd}           | is not a reference
            ${parameters.app_name         | is not closed
            ${}                           | is not a reference
            """)
    void refusesAReferenceThatLeadsNowhere(String reference, String problem) {
        assertThat(problemsOf(HEAD + "resources: [{name: app, type: worker, properties: {a: '" + reference + "'}}]"))
                .anySatisfy(text -> assertThat(text).contains(problem));
    }

    @Test
    void refusesResourcesThatDependOnEachOther() {
        assertThat(problemsOf(HEAD + """
                resources:
                  - {name: a, type: worker, depends_on: [b]}
                  - {name: b, type: worker, properties: {x: "${resources.a.id}"}}
                """)).containsExactly("resources: these depend on each other in a circle: a, b");
    }

    @Test
    void takesAnOutputForSecretWhenItRefersToSomethingSecret() throws Exception {
        Template template = parser.parse(bytes(HEAD + """
                resources: [{name: db, type: postgresql, secret_outputs: [password]}]
                outputs:
                  host: ${resources.db.outputs.host}
                  password: ${resources.db.outputs.password}
                  login: x:${parameters.token}
                  licence: {value: "${resources.db.outputs.licence}", secret: true}
                """));

        assertThat(template.outputs())
                .filteredOn(OutputTemplate::secret)
                .extracting(OutputTemplate::name)
                .containsExactly("password", "login", "licence");
    }

    @Test
    void refusesToShowASecretInTheNameOfTheService() {
        assertThat(problemsOf("service: ${parameters.token}\n" + HEAD + "resources: [{name: a, type: worker}]"))
                .containsExactly("service: must not show a secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{type: object, properties: {a: {$ref: 'http://169.254.169.254/latest'}}}",
                "{type: object, properties: {a: {$ref: 'file:///etc/passwd'}}}",
                "{type: object, $id: 'http://example.org/x'}",
                "{type: object, properties: {a: {type: text}}}",
                "{type: object, properties: {a: {type: string, pattern: '['}}}",
                "{type: object, properties: {a: {type: string, maxLength: 2, default: long}}}",
                "{type: object, properties: {a: {type: object, properties: {b: {type: string, writeOnly: true}}}}}",
            })
    void refusesASchemaThatCannotBeUsed(String schema) {
        String file = "name: a\nversion: '1'\nestimated_time: 1 s\nservice: a\nenvironment: b\nparameters: " + schema
                + "\nresources: [{name: a, type: worker}]";

        assertThat(problemsOf(file)).isNotEmpty();
    }

    @Test
    void refusesFilesThatAreMadeToHurt() {
        String laughs = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b]\n";
        String deep = "[".repeat(5000) + "]".repeat(5000);
        String wide = "x".repeat(TemplateParser.LARGEST_FILE + 1);
        String code = "name: !!javax.script.ScriptEngineManager [!!java.net.URL ['http://localhost']]\n";
        String twice = "name: a\nname: b\n";

        for (String file : List.of(laughs, deep, wide, code, twice, "", "just text", "\u0000", "- a\n- b")) {
            assertThatThrownBy(() -> parser.parse(bytes(file))).isInstanceOf(TemplateException.class);
        }
    }

    private List<String> problemsOf(String file) {
        return catchThrowableOfType(TemplateException.class, () -> parser.parse(bytes(file)))
                .problems();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] shipped(String name) throws IOException {
        try (InputStream file = TemplateParser.class.getResourceAsStream("/META-INF/templates/" + name + ".yaml")) {
            return file.readAllBytes();
        }
    }
}
