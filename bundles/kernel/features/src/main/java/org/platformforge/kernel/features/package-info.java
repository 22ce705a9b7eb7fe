/** Feature sets: installed and uninstalled while the platform runs. Nothing is wired to this bundle. */
package org.platformforge.kernel.features;
