package org.platformforge.kernel.http.chain;

import java.io.IOException;

/** A part of the way back, run for every request whose answer is known, refused ones too. Thread-safe. */
interface AnswerStep {
    /** @throws IOException when the client cannot be reached any more */
    void answered(Exchange exchange) throws IOException;
}
