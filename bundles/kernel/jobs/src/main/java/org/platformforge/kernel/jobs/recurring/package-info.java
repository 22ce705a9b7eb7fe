/** Runs what recurs. */
package org.platformforge.kernel.jobs.recurring;
