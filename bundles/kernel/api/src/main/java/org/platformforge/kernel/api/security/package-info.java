/** Tenants, credentials and access tokens. */
@Version("2.2.0")
package org.platformforge.kernel.api.security;

import org.osgi.annotation.versioning.Version;
