/** The vendor's tool, a program of its own: {@code bin/forge license keygen|sign|inspect}. Needs no platform and no network. */
package org.platformforge.kernel.license.tool;
