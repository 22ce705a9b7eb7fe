package org.platformforge.deployments.domain;

import java.util.Map;

/**
 * A deployment that is asked for, as it came. Every value may be null.
 *
 * @param ref a tag, branch or commit
 * @param token of a private repository
 * @param env variables of the application
 * @param secrets as {@code env}, never shown
 * @param buildEnv variables of the build
 * @param buildSecrets as {@code buildEnv}, never shown
 */
public record Order(
        String name,
        String machine,
        String framework,
        String repository,
        Integer cores,
        Integer memory,
        Integer disk,
        String ref,
        String token,
        String probePath,
        Map<String, String> env,
        Map<String, String> secrets,
        Map<String, String> buildEnv,
        Map<String, String> buildSecrets) {
    @Override
    public String toString() {
        return "order of " + name; // never its secrets
    }
}
