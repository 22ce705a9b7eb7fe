/** The platform's own application, released through the delivery chain. */
package org.platformforge.infrastructure.deploy;
