/**
 * Templates: their file format, what can be wrong with one, the JSON Schema of their parameters and the references in
 * their values. Plain Java; the only component is the catalogue, which follows the bundles that contribute.
 */
package org.platformforge.provisioning.domain.template;
