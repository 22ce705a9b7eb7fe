package org.platformforge.kernel.jobs.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesTest {
    @Test
    void givesOutAsManyAsThereAreNow() {
        Places places = new Places(2);
        assertThat(places.take()).isTrue();
        assertThat(places.take()).isTrue();
        assertThat(places.take()).isFalse();

        places.resize(3);
        assertThat(places.take()).isTrue();
        assertThat(places.full()).isTrue();

        places.resize(1);
        places.giveBack();
        places.giveBack();
        assertThat(places.take()).isFalse();
        places.giveBack();
        assertThat(places.take()).isTrue();
    }
}
