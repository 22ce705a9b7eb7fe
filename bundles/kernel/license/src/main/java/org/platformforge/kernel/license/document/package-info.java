/** A licence's text: reading, signing and checking it. Plain Java, for the platform and for the vendor's tool. */
package org.platformforge.kernel.license.document;
