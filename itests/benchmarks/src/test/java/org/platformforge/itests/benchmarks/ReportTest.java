package org.platformforge.itests.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void alignsItsColumns() {
        Report report = new Report();
        report.add(Report.row("a")
                .product("12")
                .peer("peer 6")
                .ratio(2)
                .aim("≤ 10", false)
                .rounds("5"));
        report.add(Report.row("longer").product("1"));
        report.note("a note");

        assertThat(report.markdown("Title")).isEqualTo("""
                        # Title

                        | Figure | Product | Peer or limit | Ratio | Aim  | Met     | Rounds |
                        | ------ | ------- | ------------- | ----- | ---- | ------- | ------ |
                        | a      | 12      | peer 6        | 2.00  | ≤ 10 | not met | 5      |
                        | longer | 1       | —             | —     | —    | —       | —      |

                        * a note
                        """);
    }
}
