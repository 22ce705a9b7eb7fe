/** Which node this is, and what time it is for all nodes. */
package org.platformforge.kernel.jobs.node;
