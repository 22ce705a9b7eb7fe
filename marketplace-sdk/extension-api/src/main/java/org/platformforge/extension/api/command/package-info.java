/** Extension point: commands for the platform's shell. */
@Version("1.0.0")
package org.platformforge.extension.api.command;

import org.osgi.annotation.versioning.Version;
