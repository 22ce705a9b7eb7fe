/** Durable operations: work that outlives the request that asked for it. */
@Version("1.0.0")
package org.platformforge.kernel.api.jobs;

import org.osgi.annotation.versioning.Version;
