/** Levels of loggers, changed while the platform runs. */
package org.platformforge.observability.logging;
