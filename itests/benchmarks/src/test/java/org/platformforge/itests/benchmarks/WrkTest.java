package org.platformforge.itests.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WrkTest {
    private static final String OUTPUT = """
            Running 2s test @ http://127.0.0.1:8181/
              1 threads and 8 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency     1.17ms    2.96ms  47.80ms   96.73%
                Req/Sec    12.68k     3.04k   16.78k    80.95%
              Latency Distribution
                 50%  533.00us
                 75%  770.00us
                 90%    1.35ms
                 99%   15.84ms
              26489 requests in 2.10s, 9.25MB read
            """;

    @Test
    void readsWhatWrkPrints() {
        assertThat(Wrk.parse(OUTPUT)).isEqualTo(new Wrk.Result(26489, 2.1, 533, 15840, 0, 0));
    }

    @Test
    void countsAnswersAndConnectionsThatFailed() {
        String failed = OUTPUT + """
                  Socket errors: connect 1, read 2, write 0, timeout 3
                  Non-2xx or 3xx responses: 40
                """;

        assertThat(Wrk.parse(failed).failed()).isEqualTo(46);
        assertThat(Wrk.parse(failed).broken()).isEqualTo(6);
    }

    @Test
    void refusesWhatIsNoMeasurement() {
        assertThatThrownBy(() -> Wrk.parse("unable to connect to 127.0.0.1:1 Connection refused"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Connection refused");
    }
}
