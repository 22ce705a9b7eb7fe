/** Real databases for the tests of other modules, without OSGi; published with the classifier {@code testing}. */
package org.platformforge.kernel.store.testing;
