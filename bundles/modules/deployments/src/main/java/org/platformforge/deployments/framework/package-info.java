/** The platform's own frameworks. Each decides from a repository's files alone; see the bundle's README. */
package org.platformforge.deployments.framework;
