/** The provisioning routes of document 000: one resource class per collection, and the records they speak. */
package org.platformforge.provisioning.rest;
