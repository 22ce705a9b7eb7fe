/**
 * The installed modules, and how a new version takes an old one's place. A module is a bundle with a JAX-RS resource
 * component, or one that provides the capability {@code platform.module} (drivers and other services).
 */
package org.platformforge.kernel.http.module;
