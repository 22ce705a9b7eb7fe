/** What operators set. */
package org.platformforge.kernel.extension.config;
