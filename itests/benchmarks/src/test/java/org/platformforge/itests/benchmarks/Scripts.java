package org.platformforge.itests.benchmarks;

import java.util.List;
import java.util.stream.Collectors;

/** Requests that are not always the same GET, in the language of the load tool. */
final class Scripts {
    private Scripts() {}

    /** One path after the other. */
    static String get(List<String> paths) {
        return """
                local paths, next = {%s}, 0
                function request()
                  next = next %% #paths + 1
                  return wrk.format("GET", paths[next])
                end
                """.formatted(paths.stream().map(path -> '"' + path + '"').collect(Collectors.joining(", ")));
    }

    /** The same JSON again and again. */
    static String post(String json) {
        return """
                wrk.method = "POST"
                wrk.headers["Content-Type"] = "application/json"
                wrk.body = [==[%s]==]
                """.formatted(json);
    }

    /**
     * Refresh tokens that are exchanged for their successors: an answer's token is in the request after it.
     *
     * @param tokens one for each connection, and one more that the load tool uses up before it begins
     */
    static String refresh(List<String> tokens) {
        return """
                local tokens = {%s}
                local first, last = 1, #tokens
                local headers = {["Content-Type"] = "application/json"}
                function request()
                  local token = tokens[first]
                  tokens[first] = nil
                  first = first + 1
                  return wrk.format("POST", nil, headers, '{"refresh_token":"' .. token .. '"}')
                end
                function response(status, head, body)
                  last = last + 1
                  tokens[last] = string.match(body, '"refresh_token"%%s*:%%s*"([^"]+)"')
                end
                """.formatted(tokens.stream().map(token -> '"' + token + '"').collect(Collectors.joining(", ")));
    }
}
