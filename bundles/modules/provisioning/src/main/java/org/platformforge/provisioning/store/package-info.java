/** Entities and repositories. Entities stay in this package; what leaves it are the domain's records. */
package org.platformforge.provisioning.store;
