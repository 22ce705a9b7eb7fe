/** Readiness, as a service somebody references. */
@Version("1.1.0")
package org.platformforge.kernel.api.health;

import org.osgi.annotation.versioning.Version;
