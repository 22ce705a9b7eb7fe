package org.platformforge.kernel.http.hygiene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

class RequestChecksTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/../admin",
                "/api/v1/..",
                "/api/./v1",
                "/api/%2e%2e/admin",
                "/api/%2E./admin",
                "/api/.%2e",
                "/api%2fv1",
                "/api%2Fv1",
                "/api%5cv1",
                "/api\\v1",
                "/api/v1/x%00",
                "/api/v1/x%0d%0aSet-Cookie:a",
                "/api/v1/x%7f",
                "/api/v1;jsessionid=1/resources",
                "/api/v1/resources;x",
                "/api/v1/%",
                "/api/v1/%2",
                "/api/v1/%zz",
                "/api/v1/%c0%ae",
                "/api/v1/%ff",
                "/api/v1/%ed%a0%80",
                "/api/v1/\u00e9",
                "/api/v1/a\tb",
                "/x?a=%00",
                "/x?a=%",
                "/x?a=%g1",
                "/x?a=%fe",
                "/x?a=\u00e9",
                "/x?a=\r\nb"
            })
    void refusesUrisThatTwoReadersCouldReadDifferently(String uri) {
        PlatformException error =
                failure(() -> RequestGuard.check(FakeRequest.get(uri).build()));

        assertThat(error.kind()).isEqualTo(ErrorKind.MALFORMED);
        assertThat(error.getMessage()).doesNotContain("%", "jsessionid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api/v1/resources/prov-1",
                "/api/v1/a.b/..c/d..",
                "/api/v1/%C3%A9",
                "/api/v1/a%20b",
                "/api/v1/%252e%252e",
                "/api/v1/a%3Bb",
                "/x?next=../..&a=%0A&b=a;b",
                "/x?"
            })
    void acceptsHonestUris(String uri) {
        assertThatCode(() -> RequestGuard.check(FakeRequest.get(uri).build())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "CONNECT"})
    void refusesMethodsThatAreNoneOfAnApi(String method) {
        assertThat(failure(() -> RequestGuard.check(
                                FakeRequest.get("/").method(method).build()))
                        .kind())
                .isEqualTo(ErrorKind.METHOD_NOT_ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Content-Length", "Content-Type", "Authorization", "X-API-Key", "Idempotency-Key"})
    void refusesHeadersThatStandTwice(String header) {
        FakeRequest request = FakeRequest.get("/").header(header, "1").header(header, "2");

        assertThat(failure(() -> RequestGuard.check(request.build())).kind()).isEqualTo(ErrorKind.MALFORMED);
    }

    @Test
    void refusesTwoWaysOfFraming() {
        FakeRequest request = FakeRequest.get("/").header("Content-Length", "1").header("Transfer-Encoding", "chunked");

        assertThat(failure(() -> RequestGuard.check(request.build())).kind()).isEqualTo(ErrorKind.MALFORMED);
    }

    @Test
    void limitsUriAndHeaders() {
        RequestLimits limits = new RequestLimits(100, 500);

        limits.check(FakeRequest.get("/" + "a".repeat(99)).build());
        assertThat(failure(() -> limits.check(
                                FakeRequest.get("/" + "a".repeat(100)).build()))
                        .kind())
                .isEqualTo(ErrorKind.URI_TOO_LONG);
        assertThat(failure(() -> limits.check(
                                FakeRequest.get("/?" + "a".repeat(99)).build()))
                        .kind())
                .isEqualTo(ErrorKind.URI_TOO_LONG);
        FakeRequest large = FakeRequest.get("/").header("X-A", "a".repeat(300)).header("X-A", "b".repeat(300));
        assertThat(failure(() -> limits.check(large.build())).kind()).isEqualTo(ErrorKind.HEADERS_TOO_LARGE);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "application/json, -, true",
                "Application/JSON; charset=UTF-8, -, true",
                "application/json;charset=\"utf-8\", -, true",
                "application/vnd.x+json, -, true",
                "application/json; charset=iso-8859-1, -, false",
                "application/json; charset=utf-16, -, false",
                "text/json, -, false",
                "text/plain, -, false",
                "application/x-www-form-urlencoded, -, false",
                "application/jsonx, -, false",
                "-, -, false",
                "'', -, false",
                "application/gzip, application/gzip, true",
                "image/png, image/*, true",
                "text/plain, */*, true",
                "application/json, application/gzip, false"
            })
    void checksTheContentType(String header, String consumes, boolean accepted) {
        ThrowingCallable check =
                () -> ContentNegotiation.requireContentType(header, consumes == null ? List.of() : List.of(consumes));

        assertThat(accepts(check, ErrorKind.UNSUPPORTED_MEDIA_TYPE)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"-, true", "identity, true", "'', true", "gzip, false", "br, false", "'gzip, identity', false"})
    void refusesEncodedBodies(String encoding, boolean accepted) {
        assertThat(accepts(() -> ContentNegotiation.requireIdentity(encoding), ErrorKind.UNSUPPORTED_MEDIA_TYPE))
                .isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-                                        | -         | true",
                "*/*                                      | -         | true",
                "application/json                         | -         | true",
                "application/*;q=0.1                      | -         | true",
                "text/html,application/xhtml+xml,*/*;q=.8 | -         | false",
                "text/html, */*;q=0.8                     | -         | true",
                "text/html                                | -         | false",
                "application/json;q=0                     | -         | false",
                "*/*, application/json;q=0                | -         | false",
                "application/json;q=2                     | -         | false",
                "application/problem+json                 | -         | true",
                "application/problem+json;q=0             | -         | false",
                ";;;,q=x                                  | -         | false",
                ";                                        | -         | false",
                "garbage                                  | -         | false",
                ",,                                       | -         | false",
                "text/csv                                 | text/csv  | true",
                "application/json                         | text/csv  | false",
                "*/*                                      | text/csv  | true"
            })
    void checksWhatTheClientAccepts(String accept, String produces, boolean acceptable) {
        ThrowingCallable check =
                () -> ContentNegotiation.requireAcceptable(accept, produces == null ? List.of() : List.of(produces));

        assertThat(accepts(check, ErrorKind.NOT_ACCEPTABLE)).isEqualTo(acceptable);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-                                                      | false",
                "*/*                                                    | false",
                "application/json                                       | false",
                "application/problem+json                               | true",
                "Application/Problem+JSON                               | true",
                "application/json, application/problem+json             | true",
                "application/json, application/problem+json;q=0.5       | false",
                "application/json;q=0.5, application/problem+json;q=0.5 | true",
                "application/problem+json;q=0                           | false",
                "application/*, text/plain                              | false"
            })
    void rendersProblemsOnlyWhenAskedByName(String accept, boolean wanted) {
        assertThat(ContentNegotiation.wantsProblem(accept)).isEqualTo(wanted);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"-, true", "1, true", "' 1 ', true", "2, false", "'', false", "1.0, false"})
    void servesTheOneApiVersion(String version, boolean accepted) {
        assertThat(accepts(() -> ApiVersion.require(version), ErrorKind.VALIDATION))
                .isEqualTo(accepted);
    }

    @Test
    void readsBodiesUpToTheLimitAndNotAByteMore() throws IOException {
        byte[] body = new byte[20_000];

        assertThat(BodyReader.readFully(stream(body), body.length, body.length)).hasSize(body.length);
        assertThat(BodyReader.readFully(stream(body), -1, body.length)).hasSize(body.length);
        assertThat(BodyReader.readFully(stream(new byte[9]), 9, 10)).hasSize(9);
        assertThat(BodyReader.readFully(stream(new byte[0]), -1, 10)).isEmpty();
        assertThat(failure(() -> BodyReader.readFully(stream(body), body.length, 10))
                        .kind())
                .isEqualTo(ErrorKind.PAYLOAD_TOO_LARGE);
        assertThat(failure(() -> BodyReader.readFully(stream(body), -1, body.length - 1))
                        .kind())
                .isEqualTo(ErrorKind.PAYLOAD_TOO_LARGE);
        assertThat(failure(() -> BodyReader.readFully(stream(body), Long.MAX_VALUE, 10))
                        .kind())
                .isEqualTo(ErrorKind.PAYLOAD_TOO_LARGE);
    }

    @Test
    void stopsAnEndlessBodySoon() {
        InputStream endless = new InputStream() {
            private long served;

            @Override
            public int read() {
                served++;
                assertThat(served).as("bytes taken from the client").isLessThan(100_000);
                return 'x';
            }
        };

        assertThat(failure(() -> BodyReader.readFully(endless, -1, 50_000)).kind())
                .isEqualTo(ErrorKind.PAYLOAD_TOO_LARGE);
    }

    @Test
    void limitsStreamsWhileTheyAreRead() throws IOException {
        InputStream fits = BodyReader.limited(stream(new byte[100]), 100, 100);
        assertThat(fits.readAllBytes()).hasSize(100);

        InputStream two = new SequenceInputStream(stream(new byte[60]), stream(new byte[60]));
        InputStream tooLong = BodyReader.limited(two, -1, 100);
        assertThat(failure(tooLong::readAllBytes).kind()).isEqualTo(ErrorKind.PAYLOAD_TOO_LARGE);
        assertThat(failure(() -> BodyReader.limited(stream(new byte[0]), 101, 100))
                        .kind())
                .isEqualTo(ErrorKind.PAYLOAD_TOO_LARGE);
    }

    private static InputStream stream(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private static boolean accepts(ThrowingCallable check, ErrorKind otherwise) {
        PlatformException error = catchThrowableOfType(PlatformException.class, check);
        if (error != null) {
            assertThat(error.kind()).isEqualTo(otherwise);
        }
        return error == null;
    }

    private static PlatformException failure(ThrowingCallable check) {
        PlatformException error = catchThrowableOfType(PlatformException.class, check);
        assertThat(error).isNotNull();
        return error;
    }
}
