/** One EntityManagerFactory per module generation, made from the bundle's own {@code META-INF/persistence.xml}. */
package org.platformforge.kernel.store.jpa;
