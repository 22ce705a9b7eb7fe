/** JSON in text columns. */
package org.platformforge.kernel.store.json;
