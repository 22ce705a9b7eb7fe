package org.platformforge.kernel.http.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "nobody is trusted, '', 10.0.0.1, 1.2.3.4, 10.0.0.1",
        "a stranger claims, 10.0.0.0/8, 11.0.0.1, 1.2.3.4, 11.0.0.1",
        "a proxy tells, 10.0.0.0/8, 10.0.0.1, 1.2.3.4, 1.2.3.4",
        "the client's own entry is not believed, 10.0.0.0/8, 10.0.0.1, '6.6.6.6, 1.2.3.4', 1.2.3.4",
        "the client's own line is not believed, 10.0.0.0/8, 10.0.0.1, 6.6.6.6|1.2.3.4, 1.2.3.4",
        "the client's own lines claim a trusted proxy, 10.0.0.0/8, 10.0.0.1, 6.6.6.6|10.0.0.2|1.2.3.4, 1.2.3.4",
        "an empty last line, 10.0.0.0/8, 10.0.0.1, 6.6.6.6|, 10.0.0.1",
        "two proxies with a line each, 10.0.0.0/8, 10.0.0.1, 1.2.3.4|10.0.0.2, 1.2.3.4",
        "two proxies, 10.0.0.0/8, 10.0.0.1, '1.2.3.4, 10.0.0.2', 1.2.3.4",
        "a name instead of an address, 10.0.0.0/8, 10.0.0.1, evil.example.com, 10.0.0.1",
        "markup instead of an address, 10.0.0.0/8, 10.0.0.1, <script>, 10.0.0.1",
        "an IPv6 proxy, fd00::/8, fd00::1, 2001:db8::7, 2001:db8:0:0:0:0:0:7",
        "a single address, 10.0.0.1, 10.0.0.1, 1.2.3.4, 1.2.3.4",
        "an entry that is none is left out, 'localhost;10.0.0.0/99;10.0.0.1', 10.0.0.1, 1.2.3.4, 1.2.3.4",
        "no header, 10.0.0.1, 10.0.0.1, , 10.0.0.1",
    })
    void findsTheClientsAddress(String remark, String trusted, String peer, String forwarded, String client) {
        TrustedProxies proxies = proxies(trusted, "x-forwarded");

        assertThat(address(proxies.forwarded(request(peer, Map.of("X-Forwarded-For", lines(forwarded)))), peer))
                .as(remark)
                .isEqualTo(client);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a stranger claims              | 11.0.0.1 | for=1.2.3.4;proto=https                    | 11.0.0.1 |",
                "a proxy tells                  | 10.0.0.1 | for=1.2.3.4;proto=https;host=a.example     | 1.2.3.4  | https a.example",
                "quoted, with port              | 10.0.0.1 | For=\"1.2.3.4:4711\"; Proto=HTTPS          | 1.2.3.4  | https null",
                "IPv6 in quotes                 | 10.0.0.1 | for=\"[2001:db8::7]:80\"                  | 2001:db8:0:0:0:0:0:7 | null null",
                "the client's own is not heard  | 10.0.0.1 | for=6.6.6.6;proto=https, for=1.2.3.4;proto=http | 1.2.3.4 | http null",
                "a comma in quotes is no entry  | 10.0.0.1 | for=6.6.6.6, for=1.2.3.4;host=\"a,for=10.0.0.9\" | 1.2.3.4 | null null",
                "two proxies                    | 10.0.0.1 | for=1.2.3.4;proto=https, for=10.0.0.2;proto=http | 1.2.3.4 | https null",
                "an obfuscated client           | 10.0.0.1 | for=_hidden                                | 10.0.0.1 |",
                "unknown                        | 10.0.0.1 | for=unknown;proto=https                    | 10.0.0.1 |",
                "a scheme that is none          | 10.0.0.1 | for=1.2.3.4;proto=javascript               | 1.2.3.4  | null null",
                "a host that is none            | 10.0.0.1 | for=1.2.3.4;host=\"a/../b\"                | 1.2.3.4  | null null",
                "nothing                        | 10.0.0.1 | ;;=;,                                      | 10.0.0.1 |"
            })
    void readsTheStandardHeader(String remark, String peer, String header, String client, String rest) {
        Forwarded forwarded =
                proxies("10.0.0.0/8", "forwarded").forwarded(request(peer, Map.of("Forwarded", List.of(header))));

        assertThat(address(forwarded, peer)).as(remark).isEqualTo(client);
        assertThat(forwarded == null ? null : forwarded.scheme() + " " + forwarded.host())
                .as(remark)
                .isEqualTo(rest);
    }

    @Test
    void readsOnlyTheHeaderThatTheProxiesWrite() {
        HttpServletRequest request =
                request("10.0.0.1", Map.of("Forwarded", List.of("for=6.6.6.6"), "X-Forwarded-For", List.of("1.2.3.4")));

        assertThat(address(proxies("10.0.0.1", "x-forwarded").forwarded(request), ""))
                .isEqualTo("1.2.3.4");
        assertThat(address(proxies("10.0.0.1", "forwarded").forwarded(request), ""))
                .isEqualTo("6.6.6.6");
    }

    @Test
    void takesSchemeAndHostOfTheEntryThatTheClientIsIn() {
        HttpServletRequest request = request(
                "10.0.0.1",
                Map.of(
                        "X-Forwarded-For", List.of("6.6.6.6, 1.2.3.4, 10.0.0.2"),
                        "X-Forwarded-Proto", List.of("gopher, https, http"),
                        "X-Forwarded-Host", List.of("a.example:8443")));

        Forwarded forwarded = proxies("10.0.0.0/8", "x-forwarded").forwarded(request);

        assertThat(forwarded.address().getHostAddress()).isEqualTo("1.2.3.4");
        assertThat(forwarded.scheme()).isEqualTo("https");
        assertThat(forwarded.host()).isEqualTo("a.example:8443");
    }

    private static String address(Forwarded forwarded, String peer) {
        return forwarded == null ? peer : forwarded.address().getHostAddress();
    }

    private static TrustedProxies proxies(String trusted, String header) {
        return TrustedProxies.of(trusted.isEmpty() ? List.of() : List.of(trusted.split(";")), header);
    }

    private static List<String> lines(String forwarded) {
        return forwarded == null ? List.of() : List.of(forwarded.split("\\|", -1));
    }

    private static HttpServletRequest request(String peer, Map<String, List<String>> headers) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                TrustedProxiesTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> method.getName().equals("getRemoteAddr")
                        ? peer
                        : Collections.enumeration(headers.getOrDefault((String) arguments[0], List.of())));
    }
}
