/** The tables {@code dlv_target} and {@code dlv_release}, in plain SQL. */
package org.platformforge.delivery.store;
