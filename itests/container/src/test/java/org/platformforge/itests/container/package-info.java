/** What only shows inside the Karaf container: the real distribution, started by Pax Exam with these tests in it. */
package org.platformforge.itests.container;
