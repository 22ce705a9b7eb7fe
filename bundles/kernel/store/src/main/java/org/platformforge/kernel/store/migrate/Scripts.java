package org.platformforge.kernel.store.migrate;

import java.io.Reader;
import java.io.StringReader;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;

/** Hands a migration set to Flyway from memory. */
final class Scripts implements ResourceProvider {
    private final MigrationSet set;

    Scripts(MigrationSet set) {
        this.set = set;
    }

    /** Null for what is not there: Flyway asks for a {@code .conf} beside each script. */
    @Override
    public LoadableResource getResource(String name) {
        String sql = set.scripts().get(name);
        return sql == null ? null : new Script(name, sql);
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String... suffixes) {
        return set.scripts().entrySet().stream()
                .filter(script -> script.getKey().startsWith(prefix))
                .filter(script -> List.of(suffixes).stream().anyMatch(script.getKey()::endsWith))
                .<LoadableResource>map(script -> new Script(script.getKey(), script.getValue()))
                .toList();
    }

    private static final class Script extends LoadableResource {
        private final String name;
        private final String sql;

        Script(String name, String sql) {
            this.name = name;
            this.sql = sql;
        }

        @Override
        public Reader read() {
            return new StringReader(sql);
        }

        @Override
        public String getAbsolutePath() {
            return name;
        }

        /** Flyway wants a path although it reads from us. */
        @Override
        public String getAbsolutePathOnDisk() {
            return name;
        }

        @Override
        public String getFilename() {
            return name;
        }

        @Override
        public String getRelativePath() {
            return name;
        }
    }
}
