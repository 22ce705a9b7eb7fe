package org.platformforge.kernel.http.hygiene;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.AbstractHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a real Jetty, with requests a client library would refuse to send. */
class JettyErrorsTest {
    private final JettyErrors errors = new JettyErrors();
    private final Server server = new Server();
    private LocalConnector connector;

    @BeforeEach
    void start() throws Exception {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(8192);
        configuration.addCustomizer(errors);
        connector = new LocalConnector(server, new HttpConnectionFactory(configuration));
        server.addConnector(connector);
        server.setHandler(new AbstractHandler() {
            @Override
            public void handle(String target, Request base, HttpServletRequest request, HttpServletResponse response)
                    throws IOException {
                base.setHandled(true);
                if (target.equals("/ok")) {
                    response.setStatus(204);
                } else if (target.startsWith("/crash")) {
                    throw new IllegalStateException("secret internals");
                } else {
                    response.sendError(404, "secret reason");
                }
            }
        });
        server.start();
        assertThat(send("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 204");
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a URI that is too long          | GET /LONG HTTP/1.1                   | Host: a                | 414",
                "a header that is too large      | GET / HTTP/1.1                       | X: LONG                | 431",
                "a header without a name         | GET / HTTP/1.1                       | : a                    | 400",
                "a broken Content-Length         | POST / HTTP/1.1                      | Content-Length: x      | 400",
                "no host                         | GET / HTTP/1.1                       | X: a                   | 400",
                "an unknown protocol             | GET / NONSENSE                       | Host: a                | 505",
                "a broken escape                 | GET /%zz HTTP/1.1                    | Host: a                | 400"
            })
    void answersWhatJettyCannotParseAsJson(String remark, String line, String header, int status) throws Exception {
        String request = (line + "\r\n" + header + "\r\n\r\n").replace("LONG", "x".repeat(40_000));

        String answer = send(request);

        assertThat(answer).as(remark).startsWith("HTTP/1.1 " + status);
        assertHarmlessJson(answer);
    }

    @Test
    void answersItsOwnErrorsAsJsonOfThePathsDialect() throws Exception {
        String missing = send("GET /api/v1/auth/nothing HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\n\r\n");
        String problem = send("GET /x HTTP/1.1\r\nHost: a\r\nAccept: application/problem+json\r\n\r\n");

        assertThat(missing).startsWith("HTTP/1.1 404").contains("X-Request-Id: mine");
        assertThat(assertHarmlessJson(missing).get("status").asText()).isEqualTo("error");
        assertThat(problem).contains("application/problem+json");
        assertThat(assertHarmlessJson(problem).get("title").asText()).isEqualTo("Not Found");
    }

    @Test
    void hidesACrash() throws Exception {
        String answer = send("PATCH /crash HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 500");
        assertThat(assertHarmlessJson(answer).at("/error/code").asText()).isEqualTo("INTERNAL_ERROR");
    }

    @Test
    void givesTheServerBackWhenItGoes() {
        errors.remove();

        assertThat(server.getErrorHandler()).isNotNull().isNotInstanceOf(JettyErrorHandler.class);
    }

    private String send(String request) throws Exception {
        return connector.getResponse(request);
    }

    private static JsonNode assertHarmlessJson(String answer) throws IOException {
        assertThat(answer.replaceFirst("Link: </docs/errors#[a-z-]+>; rel=\"help\"\r\n", ""))
                .as("with the Link that every error has")
                .isNotEqualTo(answer)
                .contains("json")
                .doesNotContain("<", "Jetty", "jetty", "Server:", "secret", "Exception", "org.")
                .contains("X-Content-Type-Options: nosniff");
        return new JsonMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }
}
