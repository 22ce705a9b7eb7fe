package org.platformforge.kernel.http.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
    private final RouteTable<String> table = table(
            "GET /",
            "GET /api/v1/resources",
            "POST /api/v1/resources",
            "GET /api/v1/resources/{id}",
            "DELETE /api/v1/resources/{id}",
            "GET /api/v1/resources/search",
            "GET /api/v1/resources/{id}/logs",
            "GET /api/v1/resources/{id: [0-9]+}/numbered",
            "GET /files/{name}.{ext: (jpg|png)}",
            "GET /files/{path: .+}",
            "GET /tree/{path: .*}",
            "GET /{tenant}/resources/search");

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "GET, /, GET /, ''",
        "GET, /api/v1/resources, GET /api/v1/resources, ''",
        "GET, /api/v1/resources/, GET /api/v1/resources, ''",
        "GET, /api/v1/resources/r1, GET /api/v1/resources/{id}, r1",
        "GET, /api/v1/resources/search, GET /api/v1/resources/search, ''",
        "DELETE, /api/v1/resources/search, DELETE /api/v1/resources/{id}, search",
        "GET, /api/v1/resources/a%20b/logs, GET /api/v1/resources/{id}/logs, a%20b",
        "GET, /api/v1/resources/42/numbered, GET /api/v1/resources/{id: [0-9]+}/numbered, 42",
        "GET, /files/cat.png, GET /files/{name}.{ext: (jpg|png)}, cat png",
        "GET, /files/cat.gif, GET /files/{path: .+}, cat.gif",
        "GET, /files/a/b/c, GET /files/{path: .+}, a/b/c",
        "GET, /tree, GET /tree/{path: .*}, ''",
        "GET, /tree/a//b, GET /tree/{path: .*}, a//b",
        "GET, /api/resources/search, GET /{tenant}/resources/search, api",
    })
    void findsTheMostLiteralTemplateThatHasTheMethod(String method, String path, String route, String values) {
        RouteTable.Match<String> match = table.match(method, path);

        assertThat(match).isInstanceOfSatisfying(RouteTable.Found.class, found -> {
            assertThat(found.target()).isEqualTo(route);
            assertThat(String.join(" ", found.values())).isEqualTo(values);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api",
                "/api/v1/resources//",
                "/api/v1//resources",
                "//",
                "/api/v1/resources/x/numbered",
                "/files",
                "/API/v1/resources",
                "/api/v1/resources/r1/logs/x"
            })
    void findsNothingElse(String path) {
        assertThat(table.match("GET", path)).isInstanceOf(RouteTable.NotFound.class);
    }

    @Test
    void givesUpOnAbsurdlyDeepPaths() {
        assertThat(table.match("GET", "/tree" + "/a".repeat(5000))).isInstanceOf(RouteTable.NotFound.class);
    }

    @Test
    void namesTheMethodsOfEveryTemplateThatHasThePath() {
        assertThat(table.match("PUT", "/api/v1/resources/search"))
                .isEqualTo(new RouteTable.NotAllowed<>(new java.util.TreeSet<>(List.of("DELETE", "GET"))));
    }

    @Test
    void refusesTwoRoutesThatMatchTheSame() {
        assertThatThrownBy(() -> table("GET /a/{x}", "GET /a/{y}")).hasMessageContaining("GET /a/{y}");
        assertThat(PathTemplate.compile("/a/{x}").shape())
                .isEqualTo(PathTemplate.compile("/a/{y}").shape());
        assertThat(PathTemplate.compile("/a/{x}").shape())
                .isNotEqualTo(PathTemplate.compile("/a/x").shape());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "/a//b", "/a/{b", "/a/b}", "/a/{x}/{x}", "/a/{x: [}"})
    void refusesBrokenTemplates(String template) {
        assertThatThrownBy(() -> PathTemplate.compile(template)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/resources, /api/v1/resources",
        "/v1, /v1",
        "/api/health, /health",
        "/api/health/ready, /health/ready",
        "/api/healthy, /api/healthy",
        "/api/v1/resources, /api/v1/resources",
    })
    void knowsTheAliases(String path, String canonical) {
        assertThat(PathAliases.canonical(path)).isEqualTo(canonical);
    }

    private static RouteTable<String> table(String... routes) {
        Stream<RouteTable.Entry<String>> entries = Arrays.stream(routes).map(route -> {
            String[] parts = route.split(" ", 2);
            return new RouteTable.Entry<>(parts[0], PathTemplate.compile(parts[1]), route);
        });
        return new RouteTable<>(entries.toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/a", "/{id}", "/{id:\\d+}", "/{id:[a-z|(]{3}}/{rest:.*}", "/{name}.json", "/{id:[0-9a-f-]+}"})
    void knowsExpressionsThatTakeTimeInProportion(String template) {
        assertThat(PathTemplate.compile(template).isLinear()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/{id:(a+)+}", "/{id:a|b}", "/{a}-{b}", "/{id:a*a*a*}", "/x/{id:(?:a+)b}"})
    void knowsExpressionsThatMayTakeLong(String template) {
        assertThat(PathTemplate.compile(template).isLinear()).isFalse();
    }
}
