/** Shell commands: thin, over the same services as the routes. */
package org.platformforge.provisioning.command;
