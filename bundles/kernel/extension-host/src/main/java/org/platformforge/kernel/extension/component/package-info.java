/** Components of an extension as the component runtime sees them, in the platform and in the process of an extension. */
package org.platformforge.kernel.extension.component;
