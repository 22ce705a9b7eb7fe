/** Time for expiry, and the one background thread. */
package org.platformforge.kernel.security.clock;
