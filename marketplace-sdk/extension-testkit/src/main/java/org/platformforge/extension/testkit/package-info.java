/**
 * Runs an extension in a test: the real bundle in a real OSGi framework with the real API, on storage in memory and a clock that the
 * test moves. Start at {@link org.platformforge.extension.testkit.ExtensionTestkit}.
 */
package org.platformforge.extension.testkit;
