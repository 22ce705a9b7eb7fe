package org.platformforge.driver.lxd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.extension.api.driver.Driver.Problem;

class LxdSpecTest {
    private static final LxdConfig CONFIG =
            Fixtures.config(Map.of("image", "plain", "images", new String[] {"django=python, express=node"}));

    private static LxdSpec parse(Map<String, Object> properties, List<Problem> problems) {
        return LxdSpec.parse(Fixtures.spec("res-1", LxdSpec.APPLICATION, properties), CONFIG, problems);
    }

    @Test
    void namesAllThatIsWrongAtOnce() {
        List<Problem> problems = new ArrayList<>();
        parse(
                Map.of(
                        "artifact",
                        "sha256:x",
                        "repository",
                        "https://example.com/x",
                        "colour",
                        "red",
                        "cpu",
                        "many",
                        "memory",
                        "1",
                        "disk",
                        "1Ki",
                        "instance_type",
                        "unikernel",
                        "env",
                        Map.of("PORT", "1"),
                        "probe",
                        Map.of("path", "no")),
                problems);
        assertThat(problems)
                .extracting(Problem::property)
                .containsExactlyInAnyOrder(
                        "artifact",
                        "colour",
                        "cpu",
                        "memory",
                        "disk",
                        "instance_type",
                        "env.PORT",
                        "probe",
                        "start_command");
    }

    @ParameterizedTest
    @CsvSource({"django,,python", "express,,node", "rust,,plain", ",,plain", "django,mine,mine"})
    void takesTheImageThatIsNamedOrTheFrameworks(String framework, String image, String expected) {
        Map<String, Object> properties = new java.util.HashMap<>(Map.of("artifact", "sha256:x", "start_command", "x"));
        properties.put("framework", framework);
        properties.put("image", image);
        List<Problem> problems = new ArrayList<>();
        assertThat(parse(properties, problems).shape().image()).isEqualTo(expected);
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc", "..", "../x", "a/../../b", "a/.."})
    void servesNothingOutsideOfTheFiles(String directory) {
        List<Problem> problems = new ArrayList<>();
        parse(Map.of("artifact", "sha256:x", "static_directory", directory), problems);
        assertThat(problems).extracting(Problem::property).containsExactly("static_directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "public", "a/b", "..a"})
    void servesWhatIsWithin(String directory) {
        List<Problem> problems = new ArrayList<>();
        parse(Map.of("artifact", "sha256:x", "static_directory", directory), problems);
        assertThat(problems).isEmpty();
    }

    @Test
    void givesVirtualMachinesWholeProcessors() {
        List<Problem> problems = new ArrayList<>();
        parse(Map.of("artifact", "x", "start_command", "x", "instance_type", "vm", "cpu", "0.5"), problems);
        assertThat(problems).extracting(Problem::property).containsExactly("cpu");
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3,,true",
        "127.0.0.1,,false",
        "169.254.169.254,,false",
        "fe80::1,,false",
        "fd00::5,,true",
        "10.1.2.3,10.1.0.0/16,true",
        "10.2.2.3,10.1.0.0/16,false",
        "10.1.2.3,fd00::/8,false",
        "fd00::5,fd00::/8,true",
        "10.1.2.3,nonsense/0,false",
        "10.1.2.3,10.1.2.3/99,false"
    })
    void believesOnlyAddressesOfInstances(String address, String network, boolean believed) {
        String[] networks = network == null ? new String[0] : new String[] {network};
        assertThat(Addresses.isBelieved(address, networks)).isEqualTo(believed);
    }

    @ParameterizedTest
    @CsvSource({"res-01ABC,forge-res-01abc", "x_y.z,forge-x-y-z", "--,forge-"})
    void namesInstancesAsHosts(String id, String name) {
        assertThat(Instances.name(id)).isEqualTo(name);
    }
}
