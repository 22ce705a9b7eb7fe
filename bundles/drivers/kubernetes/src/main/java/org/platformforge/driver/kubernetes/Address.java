package org.platformforge.driver.kubernetes;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.Optional;
import org.platformforge.driver.common.HttpProbe;

/** Where the platform reaches an application: its Service, as the configuration wants Services to be. */
record Address(String host, int port) {
    String text() {
        return HttpProbe.withPort(host, port);
    }

    /** Empty while the cluster has not given it one. */
    static Optional<Address> of(Cluster cluster, String resourceId) throws KubernetesFailure, InterruptedException {
        return cluster.service(resourceId)
                .filter(service -> service.getSpec() != null
                        && !service.getSpec().getPorts().isEmpty())
                .flatMap(service -> of(service, cluster.config()));
    }

    private static Optional<Address> of(Service service, KubernetesConfig config) {
        ServicePort port = service.getSpec().getPorts().get(0);
        return switch (config.service_type()) {
            case "NodePort" ->
                Optional.ofNullable(port.getNodePort())
                        .map(number -> new Address(config.node_address().strip(), number));
            case "LoadBalancer" -> loadBalancer(service).map(host -> new Address(host, port.getPort()));
            default ->
                Optional.ofNullable(service.getSpec().getClusterIP())
                        .filter(ip -> !ip.isBlank() && !ip.equals("None"))
                        .map(ip -> new Address(ip, port.getPort()));
        };
    }

    private static Optional<String> loadBalancer(Service service) {
        if (service.getStatus() == null || service.getStatus().getLoadBalancer() == null) {
            return Optional.empty();
        }
        return service.getStatus().getLoadBalancer().getIngress().stream()
                .findFirst()
                .map(Address::host);
    }

    private static String host(LoadBalancerIngress given) {
        return given.getIp() == null ? given.getHostname() : given.getIp();
    }
}
