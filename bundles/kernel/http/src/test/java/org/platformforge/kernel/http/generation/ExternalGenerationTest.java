package org.platformforge.kernel.http.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Version;
import org.platformforge.kernel.api.extension.ExternalRoutes;
import org.platformforge.kernel.http.fixture.NotesExtension;
import org.platformforge.kernel.http.metrics.RouteMeters;
import org.platformforge.kernel.http.openapi.OpenApiFragment;
import org.platformforge.kernel.http.route.RouteScope;

class ExternalGenerationTest {
    private static final String ID = "acme.notes";
    private final Generation hosted = ExternalGeneration.host(ID, "1.0.0", List.of(new NotesExtension(() -> {})));
    private final String description = ExternalGeneration.describe(hosted);

    private static Generation filled(String description) throws GenerationException {
        Generation generation =
                new Generation(1, 7, ID, Version.parseVersion("1.0.0"), new RouteScope(ID), new RouteMeters());
        ExternalGeneration.fill(generation, generation.scope(), new ExternalRoutes() {
            @Override
            public String description() {
                return description;
            }

            @Override
            public Answer answer(Request request) {
                throw new AssertionError("Nobody calls");
            }
        });
        return generation;
    }

    @Test
    void describesTheSameApiAsInThisProcess() throws Exception {
        OpenApiFragment here = hosted.openApi().unpack();
        OpenApiFragment there = filled(description).openApi().unpack();
        assertThat(there.paths()).isEqualTo(here.paths());
        assertThat(there.schemas()).isEqualTo(here.schemas());
        assertThat(there.responses()).isEqualTo(here.responses());
        assertThat(there.tags()).isEqualTo(here.tags());
    }

    @Test
    void admitsTheSame() throws Exception {
        List<Route> routes = filled(description).routes();
        assertThat(routes).hasSameSizeAs(hosted.routes());
        for (int i = 0; i < routes.size(); i++) {
            Route here = hosted.routes().get(i);
            Route there = routes.get(i);
            assertThat(there.operationId()).isEqualTo(here.operationId());
            assertThat(there.permission()).isEqualTo(here.permission()).doesNotContain("*:");
            assertThat(there.schemes()).isEqualTo(here.schemes());
            assertThat(there.maxBody()).isEqualTo(here.maxBody());
            assertThat(there.readsBody()).isEqualTo(here.readsBody());
            assertThat(there.external()).isNotNull();
        }
    }

    /** Whatever the other process says of itself, it gets nothing that a class in this process would not get. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            "permission":"read"          | "permission":"PUBLIC"            | is no verb
            "permission":"read"          | "permission":"*:*"               | is no verb
            "permission":"read"          | "permission":"platform:operate"  | is no verb
            "path":"/notes/{id}"         | "path":"/notes/{id:(a+)+b}"      | could take long
            "path":"/notes/{id}"         | "path":"notes"                   | no method or path
            "path":"/notes/{id}"         | "path":"/../../auth/{id}"        | is no path
            "method":"GET"               | "method":"TRACE"                 | no method or path
            "max_body":1048576           | "max_body":2147483647            | maxBody is larger
            "max_body":1048576           | "max_body":-1                    | negative
            "status":201                 | "status":500                     | no status of success
            "schemes":["JWT"             | "schemes":["NONE"                | needs a credential
            "schemes":["JWT"             | "schemes":["SYSTEM"              | needs a credential
            "dialect":"PLATFORM_FORGE"   | "dialect":"MINE"                 | is none of
            "operation_id":"getNote"     | "operation_id":"createNote"      | used twice
            "operation_id":"getNote"     | "operation_id":"a.b c"           | no name of letters
            "summary":"A note"           | "summary":7                      | proper summary
            """)
    void refusesWhatNoResourceMaySay(String said, String instead, String reason) {
        assertThat(description).contains(said);
        assertThatThrownBy(() -> filled(description.replace(said, instead)))
                .isInstanceOf(GenerationException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void refusesWhatIsNoDescription() {
        for (String text : List.of("", "{", "[]", "{\"routes\":{}}", "{\"routes\":[7]}", "[".repeat(1000))) {
            assertThatThrownBy(() -> filled(text)).isInstanceOf(GenerationException.class);
        }
    }

    @Test
    void saysItselfWhatThePlatformKnows() throws Exception {
        String forged = description
                .replace("\"x-permission\":\"extension:read:acme.notes\"", "\"x-permission\":\"*\"")
                .replace("\"bearer\"", "\"nothing\"")
                .replace("#/components/schemas/", "https://evil.example/")
                .replace("\"ext.acme.notes.", "\"ext.other.notes.");
        OpenApiFragment there = filled(forged).openApi().unpack();
        assertThat(there.schemas()).isEmpty();
        assertThat(there.paths().toString())
                .contains("extension:read:acme.notes", "bearer")
                .doesNotContain("evil", "nothing", "\"x-permission\":\"*\"");
    }
}
