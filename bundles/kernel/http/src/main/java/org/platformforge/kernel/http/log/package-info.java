/** Logs as server-sent events. */
package org.platformforge.kernel.http.log;
