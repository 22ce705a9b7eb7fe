/** Entities, tables and repositories. Entities stay in this package; what leaves it are the domain's records. */
package org.platformforge.marketplace.store;
