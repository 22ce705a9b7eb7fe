package org.platformforge.marketplace.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamespaceRulesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "Acme",
                "1acme",
                "acme.notes",
                "acme-",
                "ac--me",
                "аcme",
                "platform",
                "p1atformforge",
                "marketp1ace"
            })
    void refusesWhatIsNoNameOrPassesForThePlatform(String name) {
        assertThat(NamespaceRules.problem(name)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"acme,acrne", "google,g00gle", "paypal,paypa1", "wave,vvave", "big-tools,bigtools"})
    void seesThroughLettersThatLookAlike(String name, String imitation) {
        assertThat(NamespaceRules.skeleton(imitation)).isEqualTo(NamespaceRules.skeleton(name));
    }

    @ParameterizedTest
    @CsvSource({
        "github,githubs,true",
        "github,gihub,true",
        "github,gitbub,true",
        "github,gtihub,true",
        "github,gitlab,false",
        "github,hubgit,false"
    })
    void measuresOneEdit(String name, String other, boolean near) {
        assertThat(NamespaceRules.distanceAtMostOne(name, other)).isEqualTo(near);
    }

    @Test
    void onlyTellsOfShortNeighbours() {
        assertThat(NamespaceRules.neighbour("acne", List.of("acme"))).contains("acme");
        assertThat(NamespaceRules.refuses("acne")).isFalse();
        assertThat(NamespaceRules.refuses("githab")).isTrue();
    }
}
