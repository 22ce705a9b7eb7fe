package org.platformforge.kernel.store.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    /** RFC 8785, section 3.2.3: the order is that of UTF-16 code units, which is not that of code points. */
    @Test
    void sortsKeysAsTheRfcDoes() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("\u20ac", "Euro Sign");
        object.put("\r", "Carriage Return");
        object.put("\ufb33", "Hebrew Letter Dalet With Dagesh");
        object.put("1", "One");
        object.put("\ud83d\ude00", "Emoji: Grinning Face");
        object.put("\u0080", "Control");
        object.put("\u00f6", "Latin Small Letter O With Diaeresis");
        assertThat(CanonicalJson.write(object))
                .isEqualTo("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                        + "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
                        + "\"\ud83d\ude00\":\"Emoji: Grinning Face\","
                        + "\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
    }

    /** RFC 8785, section 3.2.2.2. */
    @Test
    void escapesWhatMustBeAndNothingElse() {
        assertThat(CanonicalJson.write("\u20ac$\u000f\nA'B\"\\\\\"/\u007f\b\t\f"))
                .isEqualTo("\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u007f\\b\\t\\f\"");
        assertThat(CanonicalJson.write("a\ud800b\udc00\ud83d\ude00\ud83d"))
                .isEqualTo("\"a\ufffdb\ufffd\ud83d\ude00\ufffd\"");
    }

    @Test
    void writesWholeNumbersThatADoubleHoldsAndTheTextOfOthers() {
        assertThat(CanonicalJson.write(Arrays.asList(
                        0,
                        -1,
                        9007199254740991L,
                        -9007199254740991L,
                        9007199254740992L,
                        1.0,
                        -0.0,
                        1.5,
                        1e30,
                        (byte) 3,
                        new BigDecimal("1E+3"),
                        new BigDecimal("1E+999999999"),
                        new BigDecimal("0.10"),
                        new BigInteger("123456789012345678901234567890"),
                        Double.NaN,
                        Float.POSITIVE_INFINITY,
                        null,
                        true)))
                .isEqualTo(
                        "[0,-1,9007199254740991,-9007199254740991,\"9007199254740992\",1,0,\"1.5\",\"1.0E30\",3,1000,"
                                + "\"1E+999999999\",\"0.10\",\"123456789012345678901234567890\",\"NaN\",\"Infinity\",null,true]");
    }

    @Test
    void writesEmptyOnes() {
        assertThat(CanonicalJson.write(Map.of("a", Map.of(), "b", List.of()))).isEqualTo("{\"a\":{},\"b\":[]}");
    }
}
