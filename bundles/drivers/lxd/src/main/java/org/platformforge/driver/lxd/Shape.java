package org.platformforge.driver.lxd;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What kind of instance, of what, and how large.
 *
 * @param image alias of an image of the server
 * @param cores null for no limit
 * @param memory bytes, null for no limit
 * @param disk bytes of the root disk, null for the pool's default
 */
record Shape(boolean virtualMachine, String image, BigDecimal cores, Long memory, Long disk) {
    private static final BigDecimal PERIOD_MILLIS = BigDecimal.valueOf(100);

    Map<String, Object> body(String name, LxdConfig config) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("type", "disk");
        root.put("path", "/");
        root.put("pool", config.pool());
        if (disk != null) {
            root.put("size", disk + "B");
        }
        Map<String, Object> devices = new LinkedHashMap<>();
        devices.put("root", root);
        if (!config.network().isBlank()) {
            devices.put("eth0", Map.of("type", "nic", "name", "eth0", "network", config.network()));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", name);
        body.put("type", virtualMachine ? "virtual-machine" : "container");
        body.put("profiles", List.of("default"));
        body.put("source", Map.of("type", "image", "alias", image));
        body.put("devices", devices);
        return body;
    }

    /** Parts of a core are a share of time; what is whole is that many processors. */
    Map<String, String> limits() {
        Map<String, String> limits = new LinkedHashMap<>();
        if (cores != null) {
            BigDecimal whole = cores.setScale(0, RoundingMode.CEILING);
            if (whole.compareTo(cores) == 0) {
                limits.put("limits.cpu", whole.toPlainString());
            } else {
                String share = cores.multiply(PERIOD_MILLIS)
                        .setScale(0, RoundingMode.CEILING)
                        .toPlainString();
                limits.put("limits.cpu.allowance", share + "ms/" + PERIOD_MILLIS + "ms");
            }
        }
        if (memory != null) {
            limits.put("limits.memory", memory + "B");
        }
        return limits;
    }
}
