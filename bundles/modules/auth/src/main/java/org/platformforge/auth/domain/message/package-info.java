/** E-mail and SMS: written with the change they tell of, and sent afterwards, whatever happens to the process. */
package org.platformforge.auth.domain.message;
