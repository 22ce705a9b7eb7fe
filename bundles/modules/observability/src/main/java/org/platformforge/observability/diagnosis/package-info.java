/** Why something is not there, and what the threads do. */
package org.platformforge.observability.diagnosis;
