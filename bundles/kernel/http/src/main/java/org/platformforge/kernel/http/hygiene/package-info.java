/**
 * What every HTTP answer and request owes to safety and to the standards, as small classes without state of their own
 * that the request chain calls in its order.
 */
package org.platformforge.kernel.http.hygiene;
