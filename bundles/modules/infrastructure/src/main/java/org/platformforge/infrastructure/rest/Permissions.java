package org.platformforge.infrastructure.rest;

import org.platformforge.kernel.api.http.Endpoint;

/** Permissions of this module. */
final class Permissions {
    /** What only those who run the platform may do and see. */
    static final String OPERATE = Endpoint.PLATFORM_PERMISSION + "infrastructure";

    private Permissions() {}
}
