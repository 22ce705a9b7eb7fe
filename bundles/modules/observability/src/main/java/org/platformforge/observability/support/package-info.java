/** What goes to whoever helps, without secrets. */
package org.platformforge.observability.support;
