/** Transactions of one module generation, and what must commit with them. */
@Version("1.3.0")
package org.platformforge.kernel.api.store;

import org.osgi.annotation.versioning.Version;
