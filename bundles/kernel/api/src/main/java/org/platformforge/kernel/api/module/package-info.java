/** Module generations as the shell and the operators see them. */
@Version("1.5.0")
package org.platformforge.kernel.api.module;

import org.osgi.annotation.versioning.Version;
