/** Tenants, credentials and access tokens. */
@Version("1.3.0")
package org.platformforge.kernel.api.security;

import org.osgi.annotation.versioning.Version;
