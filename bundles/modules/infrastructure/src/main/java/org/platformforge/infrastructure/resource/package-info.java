/** Resources on engines: document 001. */
package org.platformforge.infrastructure.resource;
