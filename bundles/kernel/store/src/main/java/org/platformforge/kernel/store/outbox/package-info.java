/** Events that commit with the change they describe, and their delivery to listeners. */
package org.platformforge.kernel.store.outbox;
