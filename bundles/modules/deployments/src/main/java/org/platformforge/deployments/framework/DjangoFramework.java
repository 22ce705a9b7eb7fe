package org.platformforge.deployments.framework;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;

/** Projects as {@code django-admin startproject} lays them out, behind gunicorn. */
@Component(service = Framework.class)
public final class DjangoFramework extends CoreFramework {
    private static final String MANAGE = "manage.py";
    private static final Pattern WSGI = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*/wsgi\\.py");

    public DjangoFramework() {
        super(
                new Description(
                        "django",
                        "Django",
                        "python",
                        "4.2",
                        8000,
                        "pip install django gunicorn",
                        List.of(PythonPackages.PYTHON)),
                PythonPackages.REQUIREMENTS,
                PythonPackages.PYPROJECT);
    }

    private static Optional<String> wsgi(SourceTree source) {
        return source.matching(WSGI).findFirst();
    }

    @Override
    public Detection detect(SourceTree source) {
        if (!source.has(MANAGE)) {
            return Detection.missing("there is no " + MANAGE);
        }
        if (wsgi(source).isEmpty() && procfile(source).isEmpty()) {
            return Detection.missing("there is no wsgi.py in a project folder, and no Procfile");
        }
        return PythonPackages.declared(source)
                ? Detection.by(MANAGE)
                : Detection.missing("there is no requirements.txt or pyproject.toml that asks for Django");
    }

    @Override
    public Plan plan(SourceTree source) {
        Draft draft = new Draft();
        String python = PythonPackages.install(source, draft, "gunicorn");
        draft.start = procfile(source)
                .map(command -> "export PATH=\"$PWD/.venv/bin:$PATH\"; exec " + command)
                .orElseGet(() -> "exec " + python + " -m gunicorn --bind \"$HOST:$PORT\" "
                        + wsgi(source).orElseThrow().replace("/wsgi.py", ".wsgi") + ":application");
        if (draft.test.isEmpty()) {
            draft.test.add(python + " " + MANAGE + " test");
        }
        return draft.plan();
    }
}
