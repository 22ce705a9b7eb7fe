/**
 * What the platform and the process of an extension say to each other, and how it is read: within limits, into plain values.
 * The README of {@code org.platformforge.kernel.extension.host} describes the messages. A copy of it is part of the
 * platform's bundle.
 */
package org.platformforge.kernel.extension.wire;
