/** Extension point: frameworks of applications, which tell how a repository is recognised, built, started and probed. */
@Version("1.0.0")
package org.platformforge.extension.api.framework;

import org.osgi.annotation.versioning.Version;
