package org.platformforge.deployments.rest;

import java.util.Map;
import org.platformforge.deployments.domain.Lifecycle.Changes;
import org.platformforge.deployments.domain.Order;

/** What clients send. */
public final class Requests {
    private Requests() {}

    /** Cores, MB of memory, GB of disk: 1-16, 512-32768, 10-500 for a vm; 1-8, 256-16384, 5-200 for lxc. */
    public record ResourcesRequest(Integer cores, Integer memory, Integer disk) {}

    /**
     * @param name 3 to 50 letters, digits, hyphens and underscores
     * @param deploymentType {@code vm} or {@code lxc}
     * @param framework one of {@code GET /api/frameworks}
     * @param githubUrl {@code https://github.com/owner/repo}
     * @param ref a tag, branch or commit; the default branch unless said
     * @param token of a private repository; never shown
     * @param probePath answers below 400 when the application is ready; the framework's unless said
     * @param env variables of the application
     * @param secrets as {@code env}; never shown
     * @param buildEnv variables of the build
     * @param buildSecrets as {@code build_env}; never shown, and not given to the application
     */
    public record DeployBody(
            String name,
            String deploymentType,
            String framework,
            String githubUrl,
            ResourcesRequest resources,
            String ref,
            String token,
            String probePath,
            Map<String, String> env,
            Map<String, String> secrets,
            Map<String, String> buildEnv,
            Map<String, String> buildSecrets) {
        Order order() {
            ResourcesRequest wanted = resources == null ? new ResourcesRequest(null, null, null) : resources;
            return new Order(
                    name,
                    deploymentType,
                    framework,
                    githubUrl,
                    wanted.cores(),
                    wanted.memory(),
                    wanted.disk(),
                    ref,
                    token,
                    probePath,
                    env,
                    secrets,
                    buildEnv,
                    buildSecrets);
        }

        @Override
        public String toString() {
            return "deployment of " + name; // never its secrets
        }
    }

    /** What is left out stays; variables replace all of their kind. An empty token takes it away. */
    public record ConfigureBody(
            ResourcesRequest resources,
            String ref,
            String token,
            String probePath,
            Map<String, String> env,
            Map<String, String> secrets,
            Map<String, String> buildEnv,
            Map<String, String> buildSecrets) {
        Changes changes() {
            ResourcesRequest wanted = resources == null ? new ResourcesRequest(null, null, null) : resources;
            return new Changes(
                    ref,
                    wanted.cores(),
                    wanted.memory(),
                    wanted.disk(),
                    probePath,
                    token,
                    env,
                    secrets,
                    buildEnv,
                    buildSecrets);
        }

        @Override
        public String toString() {
            return "configuration"; // never its secrets
        }
    }

    /** @param ref another one than before; as it was unless said */
    public record RedeployBody(String ref) {}

    /** @param release its number; the one before the current one unless said */
    public record RollbackBody(Integer release) {}
}
