package org.platformforge.deployments.framework;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;

/** Applications with a {@code Flask} object or a {@code create_app()}, behind gunicorn. */
@Component(service = Framework.class)
public final class FlaskFramework extends CoreFramework {
    public FlaskFramework() {
        super(
                new Description(
                        "flask",
                        "Flask",
                        "python",
                        "3.0",
                        5000,
                        "pip install flask gunicorn",
                        List.of(PythonPackages.PYTHON)),
                Stream.concat(
                                PythonWeb.MODULES.stream(),
                                Stream.of(PythonPackages.REQUIREMENTS, PythonPackages.PYPROJECT))
                        .toArray(String[]::new));
    }

    @Override
    public Detection detect(SourceTree source) {
        if (!PythonPackages.needs(source, "flask")) {
            return Detection.missing("neither requirements.txt nor pyproject.toml asks for flask");
        }
        Optional<PythonWeb> application = PythonWeb.of(source, "Flask");
        return application.isPresent() || procfile(source).isPresent()
                ? Detection.by(application.map(PythonWeb::toString).orElse(PROCFILE))
                : Detection.missing("there is no Flask object or create_app() in "
                        + String.join(", ", PythonWeb.MODULES) + ", and no Procfile");
    }

    @Override
    public Plan plan(SourceTree source) {
        Draft draft = new Draft();
        String python = PythonPackages.install(source, draft, "gunicorn");
        draft.start = procfile(source)
                .map(command -> "export PATH=\"$PWD/.venv/bin:$PATH\"; exec " + command)
                .orElseGet(() -> "exec " + python + " -m gunicorn --bind \"$HOST:$PORT\" '"
                        + PythonWeb.of(source, "Flask").orElseThrow() + "'");
        return draft.plan();
    }
}
