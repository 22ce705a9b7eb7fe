/** The audit log. */
package org.platformforge.kernel.store.audit;
