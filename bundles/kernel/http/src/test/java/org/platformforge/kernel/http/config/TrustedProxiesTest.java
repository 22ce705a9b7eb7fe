package org.platformforge.kernel.http.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import javax.servlet.http.HttpServletRequest;
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
        "an IPv6 proxy, fd00::/8, fd00::1, 2001:db8::7, 2001:db8::7",
        "a single address, 10.0.0.1, 10.0.0.1, 1.2.3.4, 1.2.3.4",
        "an entry that is none is left out, 'localhost;10.0.0.0/99;10.0.0.1', 10.0.0.1, 1.2.3.4, 1.2.3.4",
        "no header, 10.0.0.1, 10.0.0.1, , 10.0.0.1",
    })
    void findsTheClientsAddress(String remark, String trusted, String peer, String forwarded, String client) {
        List<String> entries = trusted.isEmpty() ? List.of() : List.of(trusted.split(";"));

        assertThat(TrustedProxies.of(entries).clientAddress(request(peer, forwarded)))
                .as(remark)
                .isEqualTo(client);
    }

    private static HttpServletRequest request(String peer, String forwarded) {
        List<String> lines = forwarded == null ? List.of() : List.of(forwarded.split("\\|", -1));
        return (HttpServletRequest) Proxy.newProxyInstance(
                TrustedProxiesTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) ->
                        method.getName().equals("getRemoteAddr") ? peer : Collections.enumeration(lines));
    }
}
