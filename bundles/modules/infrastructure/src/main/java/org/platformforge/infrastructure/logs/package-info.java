/** The platform's log, asked and not read. */
package org.platformforge.infrastructure.logs;
