/** Logs that can be asked: of the platform, and of the applications of each tenant. */
package org.platformforge.infrastructure.logs;
