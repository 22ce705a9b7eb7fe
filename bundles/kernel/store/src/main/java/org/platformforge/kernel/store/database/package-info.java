/** The connection pool over embedded Derby or PostgreSQL, and what its errors mean. */
package org.platformforge.kernel.store.database;
