/** The request chain: one class per step, the order in {@link org.platformforge.kernel.http.chain.RequestChain}. */
package org.platformforge.kernel.http.chain;
