/** What operators see at the console. */
package org.platformforge.observability.command;
