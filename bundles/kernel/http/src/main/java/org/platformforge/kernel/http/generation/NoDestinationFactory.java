package org.platformforge.kernel.http.generation;

import java.util.List;
import java.util.Set;
import org.apache.cxf.Bus;
import org.apache.cxf.message.Message;
import org.apache.cxf.service.model.EndpointInfo;
import org.apache.cxf.transport.Conduit;
import org.apache.cxf.transport.Destination;
import org.apache.cxf.transport.DestinationFactory;
import org.apache.cxf.transport.MessageObserver;
import org.apache.cxf.ws.addressing.EndpointReferenceType;

/** CXF wants a destination for every server; ours receives nothing, because the front servlet owns every path. */
final class NoDestinationFactory implements DestinationFactory {
    @Override
    public Destination getDestination(EndpointInfo endpoint, Bus bus) {
        return new NoDestination();
    }

    @Override
    public Set<String> getUriPrefixes() {
        return Set.of();
    }

    @Override
    public List<String> getTransportIds() {
        return List.of("org.platformforge.kernel.http");
    }

    private static final class NoDestination implements Destination {
        private volatile MessageObserver observer;

        @Override
        public EndpointReferenceType getAddress() {
            return null;
        }

        @Override
        public Conduit getBackChannel(Message inMessage) {
            throw new UnsupportedOperationException("The front servlet writes the answers");
        }

        @Override
        public void shutdown() {
            observer = null;
        }

        @Override
        public void setMessageObserver(MessageObserver observer) {
            this.observer = observer;
        }

        @Override
        public MessageObserver getMessageObserver() {
            return observer;
        }
    }
}
