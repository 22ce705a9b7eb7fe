/** Figures of the platform's parts for operators, in the terms of Prometheus. For bundles of the platform, not for extensions. */
@Version("1.0.0")
package org.platformforge.kernel.api.metrics;

import org.osgi.annotation.versioning.Version;
