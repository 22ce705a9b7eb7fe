/** What the console's commands have in common. For bundles of the platform, not for extensions. */
@Version("1.2.0")
package org.platformforge.kernel.shell;

import org.osgi.annotation.versioning.Version;
