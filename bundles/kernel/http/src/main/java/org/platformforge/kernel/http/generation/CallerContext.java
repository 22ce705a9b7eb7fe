package org.platformforge.kernel.http.generation;

import org.apache.cxf.jaxrs.ext.ContextProvider;
import org.apache.cxf.message.Message;
import org.platformforge.kernel.api.Caller;

/** Gives resource methods their {@code @Context Caller}. */
final class CallerContext implements ContextProvider<Caller> {
    @Override
    public Caller createContext(Message message) {
        return message.get(Caller.class);
    }
}
