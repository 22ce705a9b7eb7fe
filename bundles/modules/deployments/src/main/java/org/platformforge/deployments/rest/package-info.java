/** Document 003: frameworks, deployments, their logs, statistics. */
package org.platformforge.deployments.rest;
