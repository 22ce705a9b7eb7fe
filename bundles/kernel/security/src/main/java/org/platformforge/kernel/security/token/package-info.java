/** Access tokens, their signing keys, and the sessions that are no longer accepted. */
package org.platformforge.kernel.security.token;
