/**
 * A module of tests: in each document's dialect a route for every kind of error, lists, validated bodies and limits, and
 * a route for every kind of credential. It is never part of the distribution; the tests add it to a running one.
 */
package org.platformforge.itests.contract;
