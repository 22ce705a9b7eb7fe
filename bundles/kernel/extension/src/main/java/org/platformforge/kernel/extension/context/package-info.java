/** The platform as an extension sees it. */
package org.platformforge.kernel.extension.context;
