package org.platformforge.auth.rest;

import org.platformforge.auth.domain.SignedIn;

/** Answer of {@code POST /auth/refresh}. {@code expiresIn} in seconds. */
public record TokensView(String accessToken, String refreshToken, String tokenType, long expiresIn) {
    static TokensView of(SignedIn in) {
        return new TokensView(
                in.accessToken(), in.refreshToken(), "Bearer", in.expiresIn().toSeconds());
    }
}
