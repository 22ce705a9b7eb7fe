/** Shell commands over the same services. */
package org.platformforge.deployments.command;
