/**
 * The wire forms of the five documents: names of errors, error bodies and success envelopes, each in one place. Nothing
 * here knows a route or a servlet.
 */
package org.platformforge.kernel.http.dialect;
