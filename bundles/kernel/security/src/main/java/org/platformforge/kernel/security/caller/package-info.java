/** From a credential to a caller. */
package org.platformforge.kernel.security.caller;
