/** Releases of extensions in the framework: from the artifact to what runs, and back without a trace. */
package org.platformforge.kernel.extension.release;
