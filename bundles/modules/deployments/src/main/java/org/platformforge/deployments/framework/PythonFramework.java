package org.platformforge.deployments.framework;

import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;

/** Programs in Python that listen by themselves. */
@Component(service = Framework.class)
public final class PythonFramework extends CoreFramework {
    private static final List<String> PROGRAMS = List.of("main.py", "app.py", "server.py", "run.py");

    public PythonFramework() {
        super(
                new Description(
                        "python", "Python", "python", "3", 8000, "python3 app.py", List.of(PythonPackages.PYTHON)),
                PythonPackages.REQUIREMENTS,
                PythonPackages.PYPROJECT);
    }

    @Override
    public Detection detect(SourceTree source) {
        Optional<String> program = first(source, PROGRAMS);
        return program.isPresent() || procfile(source).isPresent()
                ? Detection.by(program.orElse(PROCFILE))
                : Detection.missing("there is none of " + String.join(", ", PROGRAMS) + ", and no Procfile");
    }

    @Override
    public Plan plan(SourceTree source) {
        Draft draft = new Draft();
        String python = PythonPackages.install(source, draft, null);
        draft.env.put("PYTHONUNBUFFERED", "1");
        draft.start = procfile(source)
                .map(command -> "export PATH=\"$PWD/.venv/bin:$PATH\"; exec " + command)
                .orElseGet(
                        () -> "exec " + python + " " + first(source, PROGRAMS).orElseThrow());
        return draft.plan();
    }
}
