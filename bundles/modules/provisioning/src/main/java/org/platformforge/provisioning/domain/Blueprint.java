package org.platformforge.provisioning.domain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.provisioning.domain.template.ResourceTemplate;
import org.platformforge.provisioning.domain.template.Scope;
import org.platformforge.provisioning.domain.template.Template;
import org.platformforge.provisioning.domain.template.TemplateException;
import org.platformforge.provisioning.domain.template.TemplateParser;

/**
 * A stored provision together with the template it keeps and what its references resolve to at this moment. It holds
 * secrets in clear and lives no longer than the step that needs it.
 *
 * @param scope resolves to what an engine gets
 * @param shown resolves to what may be stored and shown
 * @param redaction takes the secrets out of what an engine says
 */
record Blueprint(Provision provision, Template template, Scope scope, Scope shown, Redaction redaction) {

    /** @param made the resources of the provision that are there */
    static Blueprint of(Provision provision, TemplateParser parser, SecretVault vault, List<Resource> made) {
        Template template = parse(provision, parser);
        Map<String, Object> secrets = vault.open(provision.id(), provision.sealedParameters());
        Map<String, Object> parameters = new LinkedHashMap<>(provision.parameters());
        parameters.putAll(secrets);
        Map<String, Map<String, String>> outputs = new LinkedHashMap<>();
        Map<String, Map<String, String>> shownOutputs = new LinkedHashMap<>();
        for (Resource resource : made) {
            if (resource.status() == ResourceStatus.ACTIVE) {
                Map<String, String> all = new LinkedHashMap<>(resource.outputs());
                all.putAll(vault.openTexts(resource.id(), resource.sealedOutputs()));
                outputs.put(resource.name(), all);
                shownOutputs.put(resource.name(), resource.outputs());
            }
        }
        return new Blueprint(
                provision,
                template,
                scope(provision, parameters, outputs),
                scope(provision, provision.parameters(), shownOutputs),
                Redaction.of(secrets));
    }

    private static Scope scope(
            Provision provision, Map<String, Object> parameters, Map<String, Map<String, String>> outputs) {
        return new Scope(provision.tenantId(), provision.id(), parameters, provision.resourceIds(), outputs);
    }

    private static Template parse(Provision provision, TemplateParser parser) {
        try {
            return parser.parseKept(new Json().readTree(provision.definition()));
        } catch (TemplateException e) {
            throw new IllegalStateException("The template kept by " + provision.id() + " is not readable any more", e);
        }
    }

    String idOf(ResourceTemplate resource) {
        return provision.resourceIds().get(resource.name());
    }

    ResourceSpec spec(ResourceTemplate resource) {
        return new ResourceSpec(
                idOf(resource),
                provision.tenantId(),
                provision.id(),
                resource.name(),
                provision.service(),
                provision.environment(),
                resource.type(),
                scope.resolve(resource.properties()));
    }

    /** The names the provision needs for itself. */
    List<Claim> claims() {
        List<Claim> claims = new ArrayList<>();
        claims.add(Claim.service(provision.tenantId(), provision.service(), provision.environment()));
        for (ResourceTemplate resource : template.resources()) {
            for (String property : resource.exclusive()) {
                String name = scope.resolveText((String) resource.properties().get(property));
                claims.add(new Claim(Claim.PLATFORM, resource.type() + "." + property, name, idOf(resource)));
            }
        }
        return claims;
    }
}
