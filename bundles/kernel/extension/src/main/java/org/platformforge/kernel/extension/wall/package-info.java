/**
 * The framework's hooks that keep extensions apart from the platform and from each other. They tell an extension's bundle
 * by its location alone, so they hold from the moment it is installed.
 */
package org.platformforge.kernel.extension.wall;
