/** Engines that make resources real. */
@Version("1.0.0")
package org.platformforge.extension.api.driver;

import org.osgi.annotation.versioning.Version;
