/** Shell commands. */
package org.platformforge.admin.command;
