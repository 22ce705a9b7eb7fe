/** Artifacts by the digest of their content. */
package org.platformforge.kernel.store.artifact;
