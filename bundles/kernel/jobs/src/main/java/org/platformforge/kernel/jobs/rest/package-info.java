/** Operations over HTTP. */
package org.platformforge.kernel.jobs.rest;
