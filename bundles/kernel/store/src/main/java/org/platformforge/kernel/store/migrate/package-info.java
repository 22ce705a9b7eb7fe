/** Brings a bundle's tables to the version the bundle needs, and puts row-level security on them. */
package org.platformforge.kernel.store.migrate;
