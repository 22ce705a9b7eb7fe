/** Feature sets over REST. */
package org.platformforge.kernel.features.rest;
