package org.platformforge.auth.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.auth.domain.mfa.RememberedDevices.Remembered;

class DeviceCookieTest {
    @Test
    void isOfThisHostAndNoScripts() {
        String cookie = DeviceCookie.of(new Remembered("pfd_x", Duration.ofDays(1)));
        assertThat(cookie)
                .isEqualTo("__Host-forge-device=pfd_x; Path=/; Max-Age=86400; Secure; HttpOnly; SameSite=Strict");
        assertThat(DeviceCookie.in("a=b;" + cookie)).isEqualTo("pfd_x");
        assertThat(DeviceCookie.in("broken; =; __Host-forge-device=a=b")).isEqualTo("a=b");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", ";", "=", "__Host-forge-device", "__host-forge-device=a", "x__Host-forge-device=a"})
    void isNotInOthers(String header) {
        assertThat(DeviceCookie.in(header)).isNull();
    }
}
