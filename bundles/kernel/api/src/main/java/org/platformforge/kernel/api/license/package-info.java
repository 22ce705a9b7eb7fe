/** What the operator's licence lets the platform do. */
@Version("1.0.0")
package org.platformforge.kernel.api.license;

import org.osgi.annotation.versioning.Version;
