package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Made from the routes that are installed and the permissions they name. */
@Order(5)
@ExtendWith(PlatformExtension.class)
class PermissionTest {
    private static final String ANY_CALLER = "*caller*";

    private final Platform platform;
    private final Account administrator;

    PermissionTest(Platform platform) {
        this.platform = platform;
        this.administrator = Account.register(platform);
    }

    @TestFactory
    Stream<DynamicTest> letsAViewerReadAndNothingElse() {
        String[] viewer = credential("{\"name\": \"viewer\", \"roles\": [\"viewer\"]}");
        return guarded()
                .map(operation -> dynamicTest(
                        operation.toString(),
                        () -> assertAllowed(operation, viewer, permission -> permission.endsWith(":read"))));
    }

    @TestFactory
    Stream<DynamicTest> letsAScopedTokenDoWhatItsScopeSays() {
        String[] scoped = credential("{\"name\": \"scoped\", \"scopes\": [\"template:read\"]}");
        return guarded()
                .map(operation -> dynamicTest(
                        operation.toString(), () -> assertAllowed(operation, scoped, "template:read"::equals)));
    }

    private void assertAllowed(Operation operation, String[] credential, Predicate<String> allowed) {
        Answer answer = operation.call(platform, "id", "{}", credential);

        if (allowed.test(operation.permission())) {
            Answer administrators = operation.call(platform, "id", "{}", administrator.bearer());
            assertThat(answer.status()).as(answer.toString()).isEqualTo(administrators.status());
        } else {
            assertThat(answer.status()).as(answer.toString()).isEqualTo(403);
        }
    }

    private Stream<Operation> guarded() {
        return Operation.installed(platform).stream()
                .filter(operation ->
                        !operation.isPublic() && !operation.permission().equals(ANY_CALLER));
    }

    private String[] credential(String request) {
        return Account.bearer(
                administrator.createKey(platform, request).path("secret").asText());
    }
}
