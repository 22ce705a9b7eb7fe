/** Shell commands about operations. */
package org.platformforge.kernel.jobs.command;
