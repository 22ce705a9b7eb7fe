/** Who may log in to the SSH console. */
package org.platformforge.kernel.security.console;
