/**
 * The strict JSON of one module generation: reading with every problem named at once, writing with the dialect's
 * envelope. Everything here that has seen a module's class belongs to a {@link JsonCodec} and dies with it.
 */
package org.platformforge.kernel.http.json;
