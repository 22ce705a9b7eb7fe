package org.platformforge.deployments.framework;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.platformforge.extension.api.framework.SourceTree;

/** Where an application object of a Python web framework is found. */
record PythonWeb(String module, String object) {
    static final List<String> MODULES =
            List.of("app.py", "wsgi.py", "asgi.py", "main.py", "application.py", "server.py");

    /** @param type the application's class, such as {@code Flask} */
    static Optional<PythonWeb> of(SourceTree source, String type) {
        Pattern made = Pattern.compile(
                "(?m)^([A-Za-z_][A-Za-z0-9_]*)(?:\\s*:[^=\\n]+)?\\s*=\\s*(?:[a-z_]+\\.)?" + type + "\\(");
        Pattern factory = Pattern.compile("(?m)^def (create_app|make_app)\\(\\s*\\)");
        for (String path : MODULES) {
            String module = path.substring(0, path.length() - ".py".length());
            Optional<String> text = source.text(path);
            Optional<String> object =
                    text.map(made::matcher).filter(Matcher::find).map(found -> found.group(1));
            if (object.isPresent()) {
                return Optional.of(new PythonWeb(module, object.get()));
            }
            Optional<String> call =
                    text.map(factory::matcher).filter(Matcher::find).map(found -> found.group(1) + "()");
            if (call.isPresent()) {
                return Optional.of(new PythonWeb(module, call.get()));
            }
        }
        return Optional.empty();
    }

    boolean factory() {
        return object.endsWith("()");
    }

    @Override
    public String toString() {
        return module + ":" + object;
    }
}
