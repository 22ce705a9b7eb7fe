/** The bundle's OSGi components. */
package org.platformforge.kernel.store.component;
