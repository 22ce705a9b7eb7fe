/** The rules of deployments: plain Java over {@code Delivery}, {@code Sources}, {@code Resources} and {@code Operations}. */
package org.platformforge.deployments.domain;
