/** Releases and how they are rolled out; behind {@link org.platformforge.kernel.api.delivery.Delivery}. */
package org.platformforge.delivery.domain;
