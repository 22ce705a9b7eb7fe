/** Extension point: work that is done again and again on a schedule. */
@Version("1.0.0")
package org.platformforge.extension.api.job;

import org.osgi.annotation.versioning.Version;
