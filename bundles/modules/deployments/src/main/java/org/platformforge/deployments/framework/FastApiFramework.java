package org.platformforge.deployments.framework;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;

/** Applications with a {@code FastAPI} object, behind uvicorn. */
@Component(service = Framework.class)
public final class FastApiFramework extends CoreFramework {
    public FastApiFramework() {
        super(
                new Description(
                        "fastapi",
                        "FastAPI",
                        "python",
                        "0.110",
                        8000,
                        "pip install fastapi uvicorn",
                        List.of(PythonPackages.PYTHON)),
                Stream.concat(
                                PythonWeb.MODULES.stream(),
                                Stream.of(PythonPackages.REQUIREMENTS, PythonPackages.PYPROJECT))
                        .toArray(String[]::new));
    }

    @Override
    public Detection detect(SourceTree source) {
        if (!PythonPackages.needs(source, "fastapi")) {
            return Detection.missing("neither requirements.txt nor pyproject.toml asks for fastapi");
        }
        Optional<PythonWeb> application = PythonWeb.of(source, "FastAPI");
        return application.isPresent() || procfile(source).isPresent()
                ? Detection.by(application.map(PythonWeb::toString).orElse(PROCFILE))
                : Detection.missing(
                        "there is no FastAPI object in " + String.join(", ", PythonWeb.MODULES) + ", and no Procfile");
    }

    @Override
    public Plan plan(SourceTree source) {
        Draft draft = new Draft();
        String python = PythonPackages.install(source, draft, "uvicorn");
        draft.start = procfile(source)
                .map(command -> "export PATH=\"$PWD/.venv/bin:$PATH\"; exec " + command)
                .orElseGet(() -> {
                    PythonWeb application = PythonWeb.of(source, "FastAPI").orElseThrow();
                    return "exec " + python + " -m uvicorn --host \"$HOST\" --port \"$PORT\" "
                            + (application.factory() ? "--factory " : "")
                            + application.toString().replace("()", "");
                });
        return draft.plan();
    }
}
