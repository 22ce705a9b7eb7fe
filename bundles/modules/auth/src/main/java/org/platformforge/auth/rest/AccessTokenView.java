package org.platformforge.auth.rest;

import org.platformforge.auth.domain.SignedIn;

/** Answer of {@code POST /auth/reauthenticate}. {@code expiresIn} in seconds. */
public record AccessTokenView(String accessToken, String tokenType, long expiresIn) {
    static AccessTokenView of(SignedIn in) {
        return new AccessTokenView(in.accessToken(), "Bearer", in.expiresIn().toSeconds());
    }
}
