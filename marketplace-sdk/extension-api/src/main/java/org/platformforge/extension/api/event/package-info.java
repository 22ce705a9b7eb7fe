/** Extension point: listeners to the platform's events. */
@Version("1.0.0")
package org.platformforge.extension.api.event;

import org.osgi.annotation.versioning.Version;
