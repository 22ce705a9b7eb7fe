package org.platformforge.kernel.http.generation;

import org.apache.cxf.jaxrs.ext.ContextProvider;
import org.apache.cxf.message.Message;
import org.platformforge.kernel.api.http.Drain;

/** Gives resource methods their {@code @Context Drain}, that of their generation. */
final class DrainContext implements ContextProvider<Drain> {
    private final Drain drain;

    DrainContext(Drain drain) {
        this.drain = drain;
    }

    @Override
    public Drain createContext(Message message) {
        return drain;
    }
}
