/** Runs extensions: {@link org.platformforge.kernel.api.extension.ExtensionRuntime} and its routing. */
package org.platformforge.kernel.extension;
