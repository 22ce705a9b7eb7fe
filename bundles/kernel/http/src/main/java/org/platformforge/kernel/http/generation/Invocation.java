package org.platformforge.kernel.http.generation;

import java.io.InputStream;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.platformforge.kernel.api.Caller;

/**
 * What a resource method is called with.
 *
 * @param path the canonical path of the route, still encoded
 * @param values the raw values of the template's variables
 * @param body the request body, already limited; null when the method reads none
 */
public record Invocation(
        HttpServletRequest request,
        HttpServletResponse response,
        String path,
        String[] values,
        Caller caller,
        InputStream body) {}
