package org.platformforge.provisioning.domain.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScopeTest {
    private final Scope scope = new Scope(
            "ten_1",
            "prov-1",
            Map.of(
                    "name",
                    "shop",
                    "count",
                    3,
                    "flag",
                    true,
                    "env",
                    Map.of("A", "1"),
                    "evil",
                    "${tenant.id} $${x} ${resources.app.outputs.address} }"),
            Map.of("app", "res-1", "route", "res-2"),
            Map.of("app", Map.of("address", "127.0.0.1:9", "sly", "${provision.id}")));

    @Test
    void keepsTheTypeOfAValueThatIsOneReference() {
        assertThat(scope.resolve(Map.of(
                        "count", "${parameters.count}",
                        "flag", "${parameters.flag}",
                        "env", "${parameters.env}",
                        "deep", "${parameters.env.A}")))
                .isEqualTo(Map.of("count", 3, "flag", true, "env", Map.of("A", "1"), "deep", "1"));
    }

    @Test
    void writesReferencesOutInsideAText() {
        assertThat(scope.resolveText("${parameters.name}-${parameters.count}/${resources.app.id}@${tenant.id}"))
                .isEqualTo("shop-3/res-1@ten_1");
    }

    @Test
    void neverLooksForReferencesInsideValues() {
        assertThat(scope.resolveText("<${parameters.evil}>"))
                .isEqualTo("<${tenant.id} $${x} ${resources.app.outputs.address} }>");
        assertThat(scope.resolve(Map.of("a", "${parameters.evil}", "b", "${resources.app.outputs.sly}")))
                .containsEntry("a", "${tenant.id} $${x} ${resources.app.outputs.address} }")
                .containsEntry("b", "${provision.id}");
    }

    @Test
    void leavesOutWhatWasNotGivenAndWhatIsNotKnownYet() {
        assertThat(scope.resolve(Map.of(
                        "absent", "${parameters.repository}",
                        "unknown", "${resources.route.outputs.url}",
                        "partly", "see ${resources.route.outputs.url}",
                        "list", List.of("${parameters.repository}", "x"),
                        "empty", "[${parameters.repository}]")))
                .isEqualTo(Map.of("list", List.of("x"), "empty", "[]"));
        assertThat(scope.unknown(Map.of("a", List.of("${resources.route.outputs.url}"))))
                .isTrue();
        assertThat(scope.unknown("${resources.app.outputs.address}")).isFalse();
    }

    @Test
    void takesADoubledDollarLiterally() {
        assertThat(scope.resolveText("$${parameters.name} costs $5")).isEqualTo("${parameters.name} costs $5");
    }
}
