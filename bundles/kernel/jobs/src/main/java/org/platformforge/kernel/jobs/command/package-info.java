/** Shell commands about operations, and about events that could not be delivered. */
package org.platformforge.kernel.jobs.command;
