/**
 * What is woven into the classes of extensions. Exported for that alone: only woven code links to it, nobody imports it.
 */
@Version("1.0.0")
package org.platformforge.kernel.extension.checkpoint;

import org.osgi.annotation.versioning.Version;
