/**
 * The rules of provisioning: what may be asked for, what is made of it, and in which order. Plain Java over the
 * repositories, the operations and the drivers.
 */
package org.platformforge.provisioning.domain;
