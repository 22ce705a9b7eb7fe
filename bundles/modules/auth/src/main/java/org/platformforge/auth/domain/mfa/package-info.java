/** Second factors: how they are enrolled, and how a code of one is checked. */
package org.platformforge.auth.domain.mfa;
