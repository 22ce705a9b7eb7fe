/** What keeps bundles of unlicensed feature sets from resolving. */
package org.platformforge.kernel.license.wall;
