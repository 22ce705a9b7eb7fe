package org.platformforge.auth.rest;

/** Answer of {@code POST /auth/logout}. */
public record LogoutView(boolean loggedOut) {}
