package org.platformforge.marketplace.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VersionCommandTest {
    @Test
    void readsASettingAsJsonWhereItIsAndAsTextOtherwise() {
        assertThat(VersionCommand.read("3")).isEqualTo(3);
        assertThat(VersionCommand.read("true")).isEqualTo(true);
        assertThat(VersionCommand.read("[\"a\",{\"b\":1}]")).isEqualTo(List.of("a", Map.of("b", 1)));
        assertThat(VersionCommand.read("\"3\"")).isEqualTo("3");
        assertThat(VersionCommand.read("Hello world")).isEqualTo("Hello world");
        assertThat(VersionCommand.read("3 apples")).isEqualTo("3 apples");
        assertThat(VersionCommand.read("")).isEqualTo("");
        assertThat(VersionCommand.read("null")).isEqualTo("null");
        assertThat(VersionCommand.read("{")).isEqualTo("{");
    }
}
