/** Calls into extensions: on threads of their own, counted, limited in number and time, and endable. */
package org.platformforge.kernel.extension.call;
