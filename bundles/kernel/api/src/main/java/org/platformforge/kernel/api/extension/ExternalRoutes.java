package org.platformforge.kernel.api.extension;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Dialect;

/**
 * The routes of a release that runs in a process of its own. The extension runtime registers it as a service from the
 * release's bundle on the platform, which holds no code, with the property {@code osgi.jaxrs.resource=true}; the request
 * chain serves the routes as it serves those of a release in this JVM. In the other process the same interface stands in
 * front of the real resources. Whatever comes out of it is another's word and is looked at before it is used. Thread-safe.
 */
@ProviderType
public interface ExternalRoutes {
    /** What the routes are, as JSON; the format is the request chain's own, on both sides. */
    String description();

    /**
     * Has the request answered. On a thread inside {@link ExtensionRouting#call}.
     *
     * @throws PlatformException {@code UNAVAILABLE} while the process is not there
     */
    Answer answer(Request request) throws Exception;

    /**
     * @param operationId as the resource's annotation says, without the extension's id
     * @param path canonical, still encoded
     * @param values of the template's variables in their order, still encoded
     * @param query null without one
     * @param headers without credentials
     * @param body empty for none
     */
    record Request(
            String operationId,
            String method,
            String path,
            List<String> values,
            String query,
            String url,
            Map<String, List<String>> headers,
            Dialect dialect,
            String requestId,
            boolean problemJson,
            byte[] body) {}

    /**
     * @param executed whether the resource may have done something
     * @param contentType null without a body
     * @param failure instead of an answer; null for none
     */
    record Answer(
            boolean executed,
            int status,
            String contentType,
            Map<String, List<String>> headers,
            byte[] body,
            Failure failure) {}

    /**
     * @param known an error for the client; null for one of the two others
     * @param status of an error JAX-RS knows; 0 for none
     * @param text what failed in the extension's own code, for the log
     */
    record Failure(PlatformException known, int status, String text) {}
}
