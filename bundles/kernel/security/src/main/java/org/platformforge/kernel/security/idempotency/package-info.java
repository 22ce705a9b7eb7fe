/** First answers to an Idempotency-Key. */
package org.platformforge.kernel.security.idempotency;
