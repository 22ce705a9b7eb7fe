/**
 * The OpenAPI 3.1 document of the routes that are really installed. Each module generation contributes a fragment of
 * plain JSON, made once when the generation is built; the document is the fragments put together.
 */
package org.platformforge.kernel.http.openapi;
