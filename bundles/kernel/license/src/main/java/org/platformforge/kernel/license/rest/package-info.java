/** The licence over REST. */
package org.platformforge.kernel.license.rest;
