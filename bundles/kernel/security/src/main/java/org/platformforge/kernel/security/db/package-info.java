/** The few lines of JDBC the tables of this bundle need. */
package org.platformforge.kernel.security.db;
