/** {@code feature-set:list|plan|install|uninstall|add}. */
package org.platformforge.kernel.features.command;
