/**
 * What an extension is given by the platform. Together with {@code org.platformforge.kernel.api},
 * {@code org.platformforge.kernel.api.http} and the sub-packages of this one it is the whole contract: an extension can
 * import nothing else of the platform.
 */
@Version("1.0.0")
package org.platformforge.extension.api;

import org.osgi.annotation.versioning.Version;
