package org.platformforge.kernel.http.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.validation.Valid;
import javax.validation.constraints.AssertTrue;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PathParam;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.UriInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the quick look passes over has no constraints by the validator's own account. */
class AnnotatedTest {
    record Plain(String name, List<String> items, Map<String, Inner> inner) {}

    record Inner(@JsonProperty("other") int number) {}

    record OnComponent(@NotBlank String name) {}

    record OnItem(List<@NotBlank String> items) {}

    record OnArrayItem(@NotBlank String[] items) {}

    record OnItemWithin(Map<String, List<@NotNull String>> items) {}

    record Cascading(@Valid OnComponent inner) {}

    record CascadingItems(List<@Valid OnComponent> items) {}

    record Repeated(
            @Size(min = 1, max = 2) @Size(min = 2, max = 3) String name) {}

    record OnMethod(String name) {
        @AssertTrue
        public boolean isRight() {
            return true;
        }
    }

    interface Named {
        @NotNull
        String name();
    }

    record Inherited(String name) implements Named {}

    static class Bean {
        @NotNull
        String name;
    }

    static Stream<Class<?>> constrained() {
        return Stream.of(
                OnComponent.class,
                OnItem.class,
                OnArrayItem.class,
                OnItemWithin.class,
                Cascading.class,
                CascadingItems.class,
                Repeated.class,
                OnMethod.class,
                Inherited.class,
                Bean.class);
    }

    @ParameterizedTest
    @MethodSource("constrained")
    void seesThatAClassMayHaveConstraints(Class<?> type) {
        assertThat(Annotated.mayBe(type)).isTrue();
    }

    @Test
    void passesOverClassesWithoutConstraints() {
        Constraints all = new Constraints(new com.fasterxml.jackson.databind.ObjectMapper());
        for (Class<?> type : List.of(Plain.class, Inner.class, HashMap.class, String.class, JsonNode.class)) {
            assertThat(Annotated.mayBe(type)).as(type.getName()).isFalse();
            assertThat(all.validator().getConstraintsForClass(type).isBeanConstrained())
                    .as(type.getName())
                    .isFalse();
        }
        all.close();
    }

    static class Resource {
        public void plain(
                @PathParam("id") String id,
                @QueryParam("q") @DefaultValue("1") List<String> query,
                @Context UriInfo uri,
                Plain body) {}

        public void onParameter(@QueryParam("q") @NotBlank String query) {}

        public void onItem(@HeaderParam("q") List<@NotBlank String> query) {}

        public void onBody(@Valid Plain body) {}
    }

    static class Overriding extends Resource {
        @Override
        public void onParameter(@QueryParam("q") String query) {}
    }

    private static Method method(Class<?> type, String name) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"onParameter", "onItem", "onBody"})
    void seesThatParametersMayHaveConstraints(String name) {
        assertThat(Annotated.mayBe(method(Resource.class, name))).isTrue();
    }

    @Test
    void seesThatConstraintsMayBeInherited() {
        assertThat(Annotated.mayBe(method(Overriding.class, "onParameter"))).isTrue();
    }

    @Test
    void passesOverMethodsWithoutConstraints() {
        assertThat(Annotated.mayBe(method(Resource.class, "plain"))).isFalse();
    }
}
