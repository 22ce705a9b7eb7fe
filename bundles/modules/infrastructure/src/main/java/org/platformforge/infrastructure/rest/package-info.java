/** Document 004, and the infrastructure resources of document 001. */
package org.platformforge.infrastructure.rest;
