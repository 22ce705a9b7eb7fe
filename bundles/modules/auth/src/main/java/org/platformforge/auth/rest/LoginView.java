package org.platformforge.auth.rest;

import java.util.List;
import org.platformforge.auth.domain.SignedIn;

/** Answer of {@code POST /auth/login}. {@code expiresIn} in seconds. */
public record LoginView(String accessToken, String refreshToken, String tokenType, long expiresIn, UserView user) {

    public record UserView(String id, String email, String tenantId, List<String> roles) {}

    static LoginView of(SignedIn in) {
        return new LoginView(
                in.accessToken(),
                in.refreshToken(),
                "Bearer",
                in.expiresIn().toSeconds(),
                new UserView(
                        in.user().id(),
                        in.user().email(),
                        in.user().tenantId(),
                        in.user().roles().stream().sorted().toList()));
    }
}
