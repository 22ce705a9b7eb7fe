package org.platformforge.provisioning.domain.template;

/**
 * One output of a template.
 *
 * @param value a text with references
 * @param secret sealed at rest and masked in answers: said by the author, or because the value refers to something
 *     secret
 */
public record OutputTemplate(String name, String value, boolean secret) {}
