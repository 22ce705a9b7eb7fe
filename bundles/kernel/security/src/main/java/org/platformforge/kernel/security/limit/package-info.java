/** Named rate limits, counted in memory-mapped files. */
package org.platformforge.kernel.security.limit;
