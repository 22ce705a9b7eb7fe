package org.platformforge.pipelines.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.pipelines.report.TestReport.Outcome;

class JUnitReportsTest {
    private final JUnitReports reports = new JUnitReports(text -> text.replace("s3cret", "***"));

    private void read(String xml) {
        reports.read("r.xml", xml.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void countsCasesAndKeepsTheNamesOfThem() {
        read("""
                <testsuites tests="99"><testsuite name="s" tests="77">
                  <properties><property name="a" value="b"/></properties>
                  <testcase classname="shop.CartTest" name="adds" time="0.5"/>
                  <testcase classname="shop.CartTest" name="removes" time="0.25">
                    <failure message="expected 1 but was s3cret">trace</failure></testcase>
                  <testcase classname="shop.CartTest" name="breaks"><error>boom</error></testcase>
                  <testcase name="later"><skipped/></testcase>
                  <system-out>much</system-out>
                </testsuite></testsuites>""");

        TestReport report = reports.report();

        assertThat(report.tests()).isEqualTo(4);
        assertThat(report.passed()).isEqualTo(1);
        assertThat(report.failures()).isEqualTo(1);
        assertThat(report.errors()).isEqualTo(1);
        assertThat(report.skipped()).isEqualTo(1);
        assertThat(report.seconds()).isEqualTo(0.75);
        assertThat(report.failed(9)).containsExactly("shop.CartTest.removes", "shop.CartTest.breaks");
        assertThat(report.cases())
                .extracting(TestReport.Case::message)
                .containsExactly("expected 1 but was ***", "boom", "", "");
        assertThat(report.cases().get(3).outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(TestReport.of(report.toMap())).isEqualTo(report);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE t [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><testsuite><testcase name=\"&x;\"/></testsuite>",
                "<!DOCTYPE t [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><testsuite><testcase name=\"&b;\"/></testsuite>",
                "<!DOCTYPE t SYSTEM \"http://127.0.0.1:1/x.dtd\"><testsuite/>",
                "<testsuite><testcase",
                "no XML at all",
                ""
            })
    void refusesWhatIsNoReport(String xml) {
        read(xml);

        assertThat(reports.report().tests()).isZero();
        assertThat(reports.report().unread()).containsExactly("r.xml is no report that can be read");
    }

    @Test
    void keepsNoMoreThanItMay() {
        StringBuilder xml = new StringBuilder("<testsuite>");
        String name = "n".repeat(1000);
        for (int i = 0; i < 5000; i++) {
            xml.append("<testcase name=\"").append(name).append("\" time=\"1e99\"/>");
        }
        read(xml.append("<testcase name=\"last\"><failure/></testcase></testsuite>")
                .toString());

        TestReport report = reports.report();

        assertThat(report.tests()).isEqualTo(5001);
        assertThat(report.cases()).hasSize(2000);
        assertThat(report.cases().get(0).name()).isEqualTo("last");
        assertThat(report.cases().get(1).name()).hasSize(300);
        assertThat(report.truncated()).isTrue();
        assertThat(report.seconds()).isZero();
    }

    @Test
    void refusesWhatIsNestedWithoutEnd() {
        read("<a>".repeat(100_000));

        assertThat(reports.report().unread()).hasSize(1);
    }
}
