/** From a repository to traffic: sources, artifacts, what engines hold, releases and their rollout. */
@Version("1.7.0")
package org.platformforge.kernel.api.delivery;

import org.osgi.annotation.versioning.Version;
