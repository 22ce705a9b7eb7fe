/** The one servlet every request comes through. */
package org.platformforge.kernel.http.front;
