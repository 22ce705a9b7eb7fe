package org.platformforge.deployments.framework;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.platformforge.deployments.framework.CoreFramework.Draft;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;

/** A repository's {@code package.json}, and how its packages are installed. Immutable. */
final class NodePackage {
    static final String FILE = "package.json";
    static final String MODULES = "node_modules";

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Of a range: the least version that it takes, where it says so at its beginning. */
    private static final Pattern LEAST = Pattern.compile("^\\s*(?:>=|\\^|~)?\\s*v?([0-9]{1,4}(?:\\.[0-9]{1,4}){0,2})");
    /** What {@code npm init} writes in place of a test. */
    private static final String NO_TEST = "no test specified";

    private final SourceTree source;
    private final JsonNode json;

    private NodePackage(SourceTree source, JsonNode json) {
        this.source = source;
        this.json = json;
    }

    /** Empty when there is none, or none that can be read. */
    static Optional<NodePackage> of(SourceTree source) {
        return source.text(FILE).map(text -> read(source, text));
    }

    private static NodePackage read(SourceTree source, String text) {
        try {
            JsonNode json = JSON.readTree(text);
            return json.isObject() ? new NodePackage(source, json) : null;
        } catch (JsonProcessingException e) {
            return null; // whoever asks says that it is none
        }
    }

    boolean needs(String name) {
        return json.path("dependencies").has(name)
                || json.path("devDependencies").has(name);
    }

    Optional<String> script(String name) {
        return Optional.of(json.path("scripts").path(name).asText()).filter(text -> !text.isBlank());
    }

    Optional<String> main() {
        return Optional.of(json.path("main").asText()).filter(source::has);
    }

    private boolean hasDependencies() {
        return json.path("dependencies").size() > 0
                || json.path("devDependencies").size() > 0;
    }

    /** Installs the packages, builds where there is something to build, and keeps the engine the author asks for. */
    void install(Draft draft) {
        Matcher engine = LEAST.matcher(json.path("engines").path("node").asText());
        if (engine.find()) {
            draft.tools.add(new Tool("node", engine.group(1)));
        }
        draft.env.put("NODE_ENV", "production");
        boolean builds = script("build").isPresent();
        if (hasDependencies() && !source.hasFolder(MODULES)) {
            packages(draft, builds);
        }
        if (builds) {
            draft.tools.add(Tool.any("npm"));
            draft.build.add("npm run build");
        }
        script("test").filter(test -> !test.contains(NO_TEST)).ifPresent(test -> draft.test.add(command(test)));
    }

    private void packages(Draft draft, boolean builds) {
        if (source.has("yarn.lock")) {
            draft.tools.add(Tool.any("yarn"));
            draft.build.add("yarn install --frozen-lockfile --production=" + !builds);
        } else if (source.has("pnpm-lock.yaml")) {
            draft.tools.add(Tool.any("pnpm"));
            draft.build.add("pnpm install --frozen-lockfile" + (builds ? " --prod=false" : " --prod"));
        } else {
            draft.tools.add(Tool.any("npm"));
            draft.build.add((source.has("package-lock.json") ? "npm ci" : "npm install")
                    + (builds ? " --include=dev" : " --omit=dev") + " --no-audit --no-fund");
        }
    }

    /** The start script as npm would run it, but without npm, which is not needed for it. */
    Optional<String> start(Draft draft) {
        Optional<String> script = script("start");
        if (script.isPresent()
                && (script("prestart").isPresent() || script("poststart").isPresent())) {
            draft.tools.add(Tool.any("npm"));
            return Optional.of("exec npm start");
        }
        return script.map(NodePackage::command);
    }

    static String command(String script) {
        return "export PATH=\"$PWD/" + MODULES + "/.bin:$PATH\"; " + script;
    }
}
