/** The marketplace routes of document 002, and the records they speak. */
package org.platformforge.marketplace.rest;
