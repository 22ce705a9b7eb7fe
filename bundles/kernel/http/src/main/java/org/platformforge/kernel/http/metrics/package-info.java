/** What the request chain measures, for operators. */
package org.platformforge.kernel.http.metrics;
