/** The licence of this installation: where it lies, what it is worth now, and who may ask. */
package org.platformforge.kernel.license;
