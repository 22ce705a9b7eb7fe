package org.platformforge.auth.domain.message;

/** Hands a message over to whoever carries it. Thread-safe; may take as long as its time-out. */
interface Sender {
    /** @throws DeliveryException when it was not taken over */
    void send(Message message) throws DeliveryException, InterruptedException;
}
