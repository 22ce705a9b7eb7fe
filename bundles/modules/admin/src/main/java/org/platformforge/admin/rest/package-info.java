/** Document 002, Admin Module. */
package org.platformforge.admin.rest;
