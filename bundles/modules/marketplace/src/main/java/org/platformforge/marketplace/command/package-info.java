/** Shell commands over the domain. */
package org.platformforge.marketplace.command;
