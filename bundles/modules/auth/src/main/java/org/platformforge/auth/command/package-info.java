/** Shell commands of operators: thin, over the same services as the routes. */
package org.platformforge.auth.command;
