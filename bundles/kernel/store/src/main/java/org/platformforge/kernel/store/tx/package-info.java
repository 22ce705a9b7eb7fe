/** Transactions: begin, tenant, commit, retry, and the translation of failures. */
package org.platformforge.kernel.store.tx;
