package org.platformforge.marketplace.rest;

import java.net.URI;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;
import org.platformforge.marketplace.domain.Accepted;
import org.platformforge.marketplace.rest.Views.AcceptedView;

/** Answers that several resources give. */
final class Answers {
    private static final int POLL_SECONDS = 1;

    private Answers() {}

    /** 202 with the way to the operation. */
    static Response accepted(Accepted accepted) {
        AcceptedView view = WireMapper.accepted(accepted);
        return Response.accepted(view)
                .location(URI.create(view.operation()))
                .header(HttpHeaders.RETRY_AFTER, POLL_SECONDS)
                .build();
    }
}
