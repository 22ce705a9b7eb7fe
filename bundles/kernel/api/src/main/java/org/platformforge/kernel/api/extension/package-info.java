/**
 * Extensions between the three that deal with them: the marketplace module decides which release a tenant runs
 * ({@link org.platformforge.kernel.api.extension.ExtensionRuntime}), the kernel's extension bundle runs releases inside their
 * walls, and the request chain and modules with extension points ask which release a tenant is served by
 * ({@link org.platformforge.kernel.api.extension.ExtensionRouting}). Not for extensions themselves.
 */
@Version("1.3.0")
package org.platformforge.kernel.api.extension;

import org.osgi.annotation.versioning.Version;
