package org.platformforge.launcher.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeTest {
    /** One letter a line; {@code .} is an empty text. */
    @ParameterizedTest(name = "{0} {1} {2} = {3}: {4}")
    @CsvSource({
        "abc, abc, abc, abc, nothing changed",
        "abc, aBc, abc, aBc, only the operator",
        "abc, abc, aBc, aBc, only the vendor",
        "abc, aBc, aBc, aBc, both the same",
        "abc, Abc, abC, AbC, both at different places",
        "abc, Abc, aBc, ABc, lines beside each other",
        "abcd, abd, abcdE, abdE, one removed and one added",
        "abcd, d, aXcd, ?, overlap is a conflict where the operator's stand",
        "abc, aXc, aYc, ?, the same line",
        "abc, ac, aYc, ?, removed here and changed there",
        "ab, aXb, aXYb, ?, inserted at one place without a key",
        ".,  ab, ab, ab, both from nothing",
    })
    void takesWhatOneSideChanged(String base, String ours, String theirs, String expected, String why) {
        boolean conflict = expected.contains("?");

        Merge merge = Merge.of(letters(base), letters(ours), letters(theirs), Choice.ASK);

        assertThat(!merge.conflicts().isEmpty()).as(why).isEqualTo(conflict);
        if (!conflict) {
            assertThat(merge.lines()).isEqualTo(letters(expected));
        }
    }

    @Test
    void takesNewLinesOfBothAtTheSamePlaceWhenTheirKeysDiffer() {
        Merge merge =
                Merge.of(Lines.of("a = 1"), Lines.of("a = 1\nmine = 1"), Lines.of("a = 1\n# new\nnew = 2"), Choice.ASK);

        assertThat(merge.conflicts()).isEmpty();
        assertThat(merge.lines()).containsExactly("a = 1", "# new", "new = 2", "mine = 1");
    }

    @Test
    void refusesAKeyThatWouldBeSetTwice() {
        Merge merge = Merge.of(
                Lines.of("a = 1\nb = 2\nc = 3"),
                Lines.of("new = mine\na = 1\nb = 2\nc = 3"),
                Lines.of("a = 1\nb = 2\nc = 3\nnew: theirs"),
                Choice.ASK);

        assertThat(merge.conflicts())
                .singleElement()
                .satisfies(conflict -> assertThat(conflict.why()).contains("new"));
    }

    @Test
    void decidesOnlyWhatIsInConflict() {
        List<String> base = Lines.of("a = 1\n\nb = 2\n\nc = 3");
        List<String> ours = Lines.of("a = mine\n\nb = 2\n\nc = 30");
        List<String> theirs = Lines.of("a = new\n\nb = 20\n\nc = 3");

        assertThat(Merge.of(base, ours, theirs, Choice.OURS).lines())
                .containsExactly("a = mine", "", "b = 20", "", "c = 30");
        Merge theirsWin = Merge.of(base, ours, theirs, Choice.THEIRS);
        assertThat(theirsWin.lines()).containsExactly("a = new", "", "b = 20", "", "c = 30");
        assertThat(theirsWin.conflicts())
                .containsExactly(new Merge.Conflict(1, List.of("a = 1"), List.of("a = mine"), List.of("a = new"), ""));
    }

    @Test
    void namesTheLineOfTheOperatorsFile() {
        Merge merge = Merge.of(
                Lines.of("list = a, \\\n  b\nx = 1\ny = 2"),
                Lines.of("# note\nlist = a, \\\n  b\nx = 1\ny = 3"),
                Lines.of("list = a, \\\n  b\nx = 1\ny = 4"),
                Choice.ASK);

        assertThat(merge.conflicts())
                .singleElement()
                .satisfies(conflict -> assertThat(conflict.line()).isEqualTo(5));
    }

    @Test
    void keepsAValueOfSeveralLinesTogether() {
        Merge merge = Merge.of(
                Lines.of("list = a, \\\n  b, \\\n  c"),
                Lines.of("list = a, \\\n  B, \\\n  c"),
                Lines.of("list = a, \\\n  b, \\\n  C"),
                Choice.ASK);

        assertThat(merge.conflicts()).hasSize(1);
    }

    @Test
    void readsAndWritesLinesOfAnyKind() {
        assertThat(Lines.of("a\r\n# not goes on \\\nb \\\\\nc \\\n d"))
                .containsExactly("a", "# not goes on \\", "b \\\\", "c \\\n d");
        assertThat(Lines.text(Lines.of("a\r\n\r\nb"))).isEqualTo("a\n\nb\n");
    }

    /** Whatever three texts: what one side left as it was is the other's, and the choice of a side loses nothing of it. */
    @Test
    void agreesWithEverySideAloneForManyTexts() {
        java.util.Random random = new java.util.Random(7);
        for (int i = 0; i < 2000; i++) {
            List<String> base = text(random);
            List<String> changed = text(random);

            assertThat(Merge.of(base, changed, base, Choice.ASK).lines()).isEqualTo(changed);
            assertThat(Merge.of(base, base, changed, Choice.ASK).lines()).isEqualTo(changed);
            assertThat(Merge.of(base, changed, changed, Choice.ASK).lines()).isEqualTo(changed);
            assertThat(Merge.of(base, changed, changed, Choice.ASK).conflicts()).isEmpty();
        }
    }

    private static List<String> text(java.util.Random random) {
        return IntStream.range(0, random.nextInt(8))
                .mapToObj(i -> "#" + random.nextInt(4))
                .toList();
    }

    private static List<String> letters(String text) {
        return text.chars().filter(c -> c != '.').mapToObj(c -> "#" + (char) c).toList();
    }
}
