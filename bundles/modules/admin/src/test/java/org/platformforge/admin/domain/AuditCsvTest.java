package org.platformforge.admin.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.store.AuditTrail.Entry;

class AuditCsvTest {
    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=HYPERLINK(\"http://evil\")"})
    void keepsSpreadsheetsFromTakingWhatAStrangerSentForAFormula(String text) {
        String cell = AuditCsv.cell(text);
        String content = cell.startsWith("\"") ? cell.substring(1) : cell;
        assertThat(content).startsWith("'");
    }

    @Test
    void quotesWhatHasToBe() {
        assertThat(AuditCsv.cell("plain")).isEqualTo("plain");
        assertThat(AuditCsv.cell("a,b")).isEqualTo("\"a,b\"");
        assertThat(AuditCsv.cell("say \"x\"")).isEqualTo("\"say \"\"x\"\"\"");
        assertThat(AuditCsv.cell("two\nlines")).isEqualTo("\"two\nlines\"");
        assertThat(AuditCsv.cell(null)).isEmpty();
    }

    @Test
    void writesARecordAsOneLineWithEveryColumn() {
        Entry entry = new Entry(
                "log_1",
                7,
                Instant.EPOCH,
                "key_1",
                "user_1",
                "API_KEY",
                "note.create",
                null,
                "success",
                "req_1",
                "192.0.2.1",
                "=cmd",
                Map.of("a", 1),
                "ff",
                "ee",
                "{}");
        assertThat(AuditCsv.line(entry))
                .isEqualTo("7,1970-01-01T00:00:00Z,log_1,user_1,key_1,api_key,note.create,,success,req_1,192.0.2.1,"
                        + "'=cmd,\"{\"\"a\"\":1}\",ff\r\n");
        assertThat(AuditCsv.HEADER.split(",")).hasSize(14);
    }
}
