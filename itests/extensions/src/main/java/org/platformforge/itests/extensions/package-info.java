/** Extensions that the tests publish, good ones and bad ones, and what makes artifacts of them. */
package org.platformforge.itests.extensions;
