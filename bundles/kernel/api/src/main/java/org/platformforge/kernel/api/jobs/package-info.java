/** Durable operations: work that outlives the request that asked for it; and work that recurs. */
@Version("2.1.0")
package org.platformforge.kernel.api.jobs;

import org.osgi.annotation.versioning.Version;
