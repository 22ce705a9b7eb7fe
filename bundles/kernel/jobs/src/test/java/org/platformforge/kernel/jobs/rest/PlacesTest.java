package org.platformforge.kernel.jobs.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesTest {
    @Test
    void givesOutAsManyAsThereAreNow() {
        Places places = new Places(2);
        assertThat(places.take("a")).isTrue();
        assertThat(places.take("b")).isTrue();
        assertThat(places.take("c")).isFalse();

        places.resize(3);
        assertThat(places.take("c")).isTrue();
        assertThat(places.full("d")).isTrue();

        places.resize(1);
        places.giveBack("a");
        places.giveBack("b");
        assertThat(places.take("a")).isFalse();
        places.giveBack("c");
        assertThat(places.take("a")).isTrue();
    }

    @Test
    void leavesHalfOfThemToOtherTenants() {
        Places places = new Places(4);
        assertThat(places.take("greedy")).isTrue();
        assertThat(places.take("greedy")).isTrue();
        assertThat(places.full("greedy")).isTrue();
        assertThat(places.take("greedy")).isFalse();

        assertThat(places.take("other")).isTrue();
        places.giveBack("greedy");
        assertThat(places.take("greedy")).isTrue();
    }

    @Test
    void leavesEveryTenantOne() {
        Places places = new Places(1);
        assertThat(places.take("a")).isTrue();
        assertThat(places.take("a")).isFalse();
    }
}
