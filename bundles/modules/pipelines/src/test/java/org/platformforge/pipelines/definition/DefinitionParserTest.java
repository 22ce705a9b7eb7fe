package org.platformforge.pipelines.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.pipelines.definition.StageSpec.Kind;

class DefinitionParserTest {
    private static final List<String> ENVIRONMENTS = List.of("dev", "staging", "production");

    private static final String WHOLE = """
            version: 1
            parameters:
              greeting: {type: string, default: hello, values: [hello, ciao]}
              workers: {type: number}
            env: {LANG: C.UTF-8, ANSWER: no}
            stages:
              - name: deploy
                needs: [licences, unit]
                environments: [production, staging]
                approval: [production]
                run: {start: exec node server.js, probe_path: /healthz, start_timeout_seconds: 30}
                replicas: 2
                strategy: blue_green
                observe_seconds: 1
                env: {MODE: live}
                secrets: [TOKEN]
              - name: unit
                type: test
                needs: [build]
                commands: npm test
                reports: ["reports/**/*.xml"]
                timeout_seconds: 60
              - name: build
                commands:
                  - npm ci
                  - npm run build
                cpu: 500m
                memory: 1Gi
              - name: licences
                uses: acme.scan/licences
                with: {deny: [GPL-3.0], strict: true, most: 3}
            """;

    private static DefinitionParser.Parsed parse(String text) {
        return DefinitionParser.parse(text.getBytes(StandardCharsets.UTF_8), ENVIRONMENTS, Set.of("TOKEN"));
    }

    private static String problems(String text) {
        DefinitionParser.Parsed parsed = parse(text);
        assertThat(parsed.definition()).isNull();
        return parsed.problems().stream()
                .map(problem -> problem.field() + " " + problem.message())
                .collect(Collectors.joining("\n"));
    }

    @Test
    void readsAWholeDefinitionInTheOrderOfItsNeeds() {
        DefinitionParser.Parsed parsed = parse(WHOLE);

        assertThat(parsed.problems()).isEmpty();
        Definition definition = parsed.definition();
        assertThat(definition.stages())
                .extracting(StageSpec::name)
                .containsExactly("build", "unit", "licences", "deploy-staging", "deploy-production");
        assertThat(definition.stages())
                .extracting(StageSpec::approval)
                .containsExactly(false, false, false, false, true);
        assertThat(definition.env()).containsExactlyInAnyOrderEntriesOf(Map.of("LANG", "C.UTF-8", "ANSWER", "no"));
        StageSpec build = definition.stages().get(0);
        assertThat(build.commands()).containsExactly("npm ci", "npm run build");
        assertThat(build.cpu()).isEqualTo("500m");
        StageSpec step = definition.stages().get(2);
        assertThat(step.kind()).isEqualTo(Kind.STEP);
        assertThat(step.with()).isEqualTo(Map.of("deny", List.of("GPL-3.0"), "strict", true, "most", 3L));
        StageSpec deploy = definition.stages().get(3);
        assertThat(deploy.environment()).isEqualTo("staging");
        assertThat(deploy.run().start()).isEqualTo("exec node server.js");
        assertThat(deploy.secrets()).containsExactly("TOKEN");
        for (StageSpec stage : definition.stages()) {
            assertThat(StageSpec.of(stage.toMap()).toMap()).isEqualTo(stage.toMap());
        }
    }

    @Test
    void namesEverythingThatIsWrongWithItsPlace() {
        String found = problems("""
                version: 2
                colour: red
                stages:
                  - name: Build
                    type: build
                    command: make
                  - name: test
                    commands: [""]
                    needs: [nothing]
                    reports: [../../etc/*.xml]
                    timeout_seconds: soon
                  - name: deploy
                    environments: [moon]
                    approval: [staging]
                    secrets: [OTHER]
                    strategy: hope
                    replicas: 51
                """);

        assertThat(found)
                .contains("version must be 1 (line 1)")
                .contains("colour is not known here")
                .contains("stages[0].name must be lower-case")
                .contains("stages[0].commands are needed")
                .contains("stages[0].command is not known here")
                .contains("stages[1].commands[0] must be a text")
                .contains("stages[1].needs names nothing, which is no stage")
                .contains("stages[1].reports must be paths below the root")
                .contains("stages[1].timeout_seconds must be a number from 1 to 14400 (line 11)")
                .contains("stages[2].environments names moon, which is none of the pipeline's")
                .contains("stages[2].approval names staging, which this stage does not deploy to")
                .contains("stages[2].secrets names OTHER, which is no secret of the pipeline")
                .contains("stages[2].run is needed")
                .contains("stages[2].strategy must be rolling, blue_green or canary")
                .contains("stages[2].replicas must be a number from 1 to 50");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {{{{                                                             | is no YAML
            a: b: c                                                          | is no YAML
            [1, 2]                                                           | must be a mapping
            just a text                                                      | must be a mapping
            --- {version: 1} --- {version: 1}                                | is no YAML
            {version: 1}                                                     | stages must be a list of 1 to 50 entries
            {version: 1, stages: []}                                         | stages must be a list of 1 to 50 entries
            {version: 1, version: 1, stages: [{name: build, commands: [a]}]} | version is there twice
            {version: 1, stages: [{name: checkout, type: build, commands: [a]}]} | stages[0].name must be
            {version: 1, stages: [{name: build, commands: [a]}, {name: build, commands: [a]}]} | is taken by another
            {version: 1, stages: [{name: build, needs: [build], commands: [a]}]} | leads back to the stage itself
            {version: 1, stages: [{name: own, commands: [a]}]}               | stages[0].type must be build, test or deploy
            {version: 1, stages: [{name: own, uses: scan}]}                  | stages[0].uses must be <extension>/<step>
            {version: 1, stages: [{name: own, uses: a/b, commands: [c]}]}    | stages[0].commands is not known here
            {version: 1, stages: [{name: deploy, run: {start: a}}, {name: build, commands: [a]}]} | cannot be build after
            {version: 1, env: {A-B: c}, stages: [{name: build, commands: [a]}]} | env.A-B is no name
            {version: 1, parameters: {skip_tests: {}}, stages: [{name: build, commands: [a]}]} | is no name of a parameter
            {version: 1, parameters: {a: {type: number, default: b}}, stages: [{name: build, commands: [a]}]} | must be a number
            """)
    void refusesWhatIsNoDefinition(String text, String problem) {
        assertThat(problems(text.replace(" --- ", "\n---\n"))).contains(problem);
    }

    @Test
    void refusesWhatIsMeantToBreakItsReader() {
        String bomb =
                "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n";
        assertThat(problems(bomb)).contains("must not use aliases (line 2)");
        assertThat(problems("version: 1\nstages: &s\n  - *s\n")).contains("must not use aliases");
        assertThat(problems("[".repeat(5000) + "]".repeat(5000))).contains("cannot be read");
        assertThat(problems("a: " + "x".repeat(300_000))).contains("must have at most 256 KiB");
        assertThat(problems(
                        "version: 1\nstages:\n  - name: build\n    commands: !!javax.script.ScriptEngineManager [a]"))
                .isNotEmpty();
        assertThat(problems("a: \u0000")).contains("cannot be read");
        assertThat(DefinitionParser.parse(new byte[] {(byte) 0xc3, 0x28}, ENVIRONMENTS, Set.of())
                        .problems())
                .containsExactly(new FieldError("pipeline", "must be UTF-8"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../x.xml", "a/../../x.xml", "a\\b.xml", "a*b*c*d*e*f*g*.xml"})
    void refusesPatternsThatLeadElsewhereOrTakeLong(String pattern) {
        assertThat(PathPattern.wrong(pattern)).isNotNull();
    }

    @Test
    void matchesPathsByPatterns() {
        assertThat(new PathPattern("reports/**/*.xml").matches("reports/a/b/c.xml"))
                .isTrue();
        assertThat(new PathPattern("reports/**/*.xml").matches("reports/c.xml")).isTrue();
        assertThat(new PathPattern("reports/*.xml").matches("reports/a/c.xml")).isFalse();
        assertThat(new PathPattern("a?.xml").matches("ab.xml")).isTrue();
        assertThat(new PathPattern("a.xml").matches("aXxml")).isFalse();
        assertThat(new PathPattern("**/**/*a*").matches("b/".repeat(200) + "c")).isFalse();
    }
}
