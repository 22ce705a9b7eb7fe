/** Document 001, Services API and Environments API. */
package org.platformforge.catalog.rest;
