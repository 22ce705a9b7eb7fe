/** Module generations: built completely, switched in by one volatile write, drained, closed. */
package org.platformforge.kernel.http.generation;
