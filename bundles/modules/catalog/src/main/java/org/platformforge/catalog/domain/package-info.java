/** The rules of the service catalogue and its environments: document 001. */
package org.platformforge.catalog.domain;
