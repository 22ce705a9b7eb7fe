/** Readiness of the platform, and the kernel's own resources. */
package org.platformforge.kernel.http.health;
