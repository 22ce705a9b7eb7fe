/**
 * Every check that an extension's artifact has to pass before it is stored or started, as the platform and the author's build
 * both make it. Start at {@link org.platformforge.extension.verifier.ExtensionVerifier}.
 */
package org.platformforge.extension.verifier;
