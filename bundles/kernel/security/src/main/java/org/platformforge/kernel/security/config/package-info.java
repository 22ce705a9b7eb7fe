/** What the operator may set, as checked values that change while the platform runs. */
package org.platformforge.kernel.security.config;
