/**
 * What is woven into the classes of extensions. Exported for that alone: only woven code links to it, no author names it.
 */
@Version("2.0.0")
package org.platformforge.kernel.checkpoint;

import org.osgi.annotation.versioning.Version;
