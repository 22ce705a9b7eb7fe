package org.platformforge.kernel.http.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class AnswerChainTest {
    private final List<String> done = new ArrayList<>();
    private final AnswerStep accounting = exchange -> done.add("accounted");

    @Test
    void accountsForWhatTheClientDidNotWaitFor() {
        finish(exchange -> {
            throw new IOException("Broken pipe");
        });
        assertThat(done).containsExactly("accounted", "closed");
    }

    @Test
    void accountsForAnAnswerThatBrokeOff() {
        assertThatThrownBy(() -> finish(exchange -> {
                    throw new BrokenStreamException(null);
                }))
                .isInstanceOf(BrokenStreamException.class);
        assertThat(done).containsExactly("accounted", "closed");
    }

    @Test
    void leavesTheThreadCleanAfterAnError() {
        MDC.put(RequestIdStep.MDC_TENANT, "ten_a");
        assertThatThrownBy(() -> finish(exchange -> {
                    throw new AssertionError();
                }))
                .isInstanceOf(AssertionError.class);
        assertThat(MDC.get(RequestIdStep.MDC_TENANT)).isNull();
        assertThat(done).containsExactly("accounted", "closed");
    }

    private void finish(AnswerStep sending) {
        Exchange exchange = new Exchange(null, null, "/", null, null);
        exchange.answer = new Answer(200);
        exchange.result = new InputStream() {
            @Override
            public int read() {
                return -1;
            }

            @Override
            public void close() {
                done.add("closed");
            }
        };
        new AnswerChain(List.of(sending), List.of(accounting)).finish(exchange);
    }
}
