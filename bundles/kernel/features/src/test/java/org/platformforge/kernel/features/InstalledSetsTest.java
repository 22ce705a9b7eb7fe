package org.platformforge.kernel.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledSetsTest {
    @TempDir
    Path data;

    @Test
    void keepsSetsRepositoriesAndVersionsApart() throws IOException {
        InstalledSets sets = new InstalledSets(data);
        sets.write(List.of("forge-b", "forge-a"));
        sets.addRepository("mvn:x/1/xml/forge-c");
        sets.addUpgrade("mvn:x/2/xml/forge-a");
        sets.addUpgrade("mvn:x/2/xml/forge-a");
        sets.setVersion("forge-a", "2.0.0");
        sets.setVersion("forge-b", "3.0.0");
        sets.setVersion("forge-b", null);

        InstalledSets later = new InstalledSets(data);
        assertThat(later.read()).containsExactly("forge-a", "forge-b");
        assertThat(later.upgrades()).containsExactly("mvn:x/2/xml/forge-a");
        assertThat(later.versions()).isEqualTo(Map.of("forge-a", "2.0.0"));
        // the launcher gives Karaf what stands there
        assertThat(Files.readString(data.resolve("feature-sets.properties")))
                .contains("repositories=mvn\\:x/1/xml/forge-c\n");
    }

    @Test
    void leavesOutWhatIsNoVersion() throws IOException {
        Files.writeString(data.resolve("feature-sets.properties"), "versions = forge-a, /1, forge-b/2\n");

        assertThat(new InstalledSets(data).versions()).isEqualTo(Map.of("forge-b", "2"));
    }
}
