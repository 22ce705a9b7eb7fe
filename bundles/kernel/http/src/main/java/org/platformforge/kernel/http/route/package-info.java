/** From a path to the one route that answers it: templates, the table, aliases. */
package org.platformforge.kernel.http.route;
