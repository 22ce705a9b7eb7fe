package org.platformforge.kernel.http.generation;

import javax.ws.rs.core.MultivaluedMap;
import org.apache.cxf.jaxrs.ext.ContextProvider;
import org.apache.cxf.jaxrs.utils.JAXRSUtils;
import org.apache.cxf.message.Message;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.http.json.PageRequests;

/**
 * Gives resource methods their {@code @Context PageRequest} from {@code limit}, {@code offset}, {@code page}, {@code
 * cursor}.
 */
final class PageRequestContext implements ContextProvider<PageRequest> {
    @Override
    public PageRequest createContext(Message message) {
        String query = (String) message.get(Message.QUERY_STRING);
        if (query == null) {
            return PageRequests.of(null, null, null, null);
        }
        MultivaluedMap<String, String> values = JAXRSUtils.getStructuredParams(query, "&", true, true);
        return PageRequests.of(
                values.getFirst("limit"),
                values.getFirst("offset"),
                values.getFirst("page"),
                values.getFirst("cursor"));
    }
}
