/** What extensions store, kept apart by tenant and extension. */
package org.platformforge.kernel.extension.data;
