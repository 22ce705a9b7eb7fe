package org.platformforge.kernel.extension.wall;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.platformforge.kernel.checkpoint.Checkpoint;

/** What authors are told they may import is what the wall lets through, and the checkpoint, which no author names. */
class AllowedPackagesTest {
    @Test
    void allowsThePublishedListAndTheCheckpoint() {
        org.platformforge.extension.verifier.AllowedPackages.lines()
                .forEach(line -> assertThat(AllowedPackages.contains(line.replace(".*", "")))
                        .as(line)
                        .isTrue());
        String checkpoint = Checkpoint.class.getPackageName();
        assertThat(AllowedPackages.contains(checkpoint)).isTrue();
        assertThat(org.platformforge.extension.verifier.AllowedPackages.contains(checkpoint))
                .isFalse();
        assertThat(AllowedPackages.contains(checkpoint + ".inner")).isFalse();
    }

    @Test
    void allowsNothingThatMerelyBeginsAlike() {
        for (String name : new String[] {
            "org.platformforge.kernel.api.store",
            "org.platformforge.extension.apis",
            "com.fasterxml.jackson.corex",
            "org.slf4j.spi",
            "javax.ws.rsx",
            "javaxx",
            "org.osgi.framework"
        }) {
            assertThat(AllowedPackages.contains(name)).as(name).isFalse();
        }
    }
}
