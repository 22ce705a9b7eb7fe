/** What every module says to every other: who calls, what went wrong, a page of a list. */
@Version("1.4.0")
package org.platformforge.kernel.api;

import org.osgi.annotation.versioning.Version;
