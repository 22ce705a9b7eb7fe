/** Shell commands. */
package org.platformforge.kernel.security.command;
