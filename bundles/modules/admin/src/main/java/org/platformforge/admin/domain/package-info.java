/** Users, the audit log and the settings, behind the routes and the commands. */
package org.platformforge.admin.domain;
