/** The tables {@code dep_*}, in plain SQL. */
package org.platformforge.deployments.store;
