/** What the marketplace does: publishers, publishing, the catalogue, installations, and the runtime kept in line. */
package org.platformforge.marketplace.domain;
