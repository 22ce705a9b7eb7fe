/** Trace context as the W3C and OpenTelemetry define it. */
@Version("1.0.0")
package org.platformforge.kernel.api.trace;

import org.osgi.annotation.versioning.Version;
