/** API tokens and API keys. */
package org.platformforge.kernel.security.key;
