package org.platformforge.kernel.http.chain;

/** A part of the way to the resource. Thread-safe; what belongs to one request lives in the {@link Exchange}. */
interface Step {
    /**
     * Does its part. Setting the exchange's answer ends the way to the resource.
     *
     * @throws Exception to refuse the request; the chain turns it into an answer
     */
    void apply(Exchange exchange) throws Exception;
}
