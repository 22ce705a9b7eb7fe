/** The tables {@code cat_service} and {@code cat_environment}, in plain SQL. */
package org.platformforge.catalog.store;
