/** How a JAX-RS resource states its place in the request chain. */
@Version("1.5.0")
package org.platformforge.kernel.api.http;

import org.osgi.annotation.versioning.Version;
