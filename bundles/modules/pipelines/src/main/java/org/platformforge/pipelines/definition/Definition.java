package org.platformforge.pipelines.definition;

import java.util.List;
import java.util.Map;

/**
 * A pipeline as a repository defines it. Immutable.
 *
 * @param parameters by name
 * @param env of all stages; what a stage says itself is put over it
 * @param stages in the order in which they run, a deployment once for each of its environments; without the checkout
 */
public record Definition(Map<String, Parameter> parameters, Map<String, String> env, List<StageSpec> stages) {

    /**
     * What may be said when a run is started.
     *
     * @param preset its value where nothing is said; null where something has to be
     * @param values those it may have; none for any
     */
    public record Parameter(String name, Type type, Object preset, List<String> values) {
        public enum Type {
            STRING,
            NUMBER,
            BOOLEAN
        }
    }
}
