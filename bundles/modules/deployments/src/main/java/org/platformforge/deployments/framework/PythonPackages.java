package org.platformforge.deployments.framework;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.platformforge.deployments.framework.CoreFramework.Draft;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;

/** How Python applications come by what they need: a virtual environment in {@code .venv}. Stateless. */
final class PythonPackages {
    static final String REQUIREMENTS = "requirements.txt";
    static final String PYPROJECT = "pyproject.toml";
    static final Tool PYTHON = new Tool("python3", "3.8");

    /** Makes virtual environments; a package of its own on some systems. */
    private static final Tool ENSURE_PIP = Tool.any("python3 -m ensurepip");

    private PythonPackages() {}

    /** Whether the author asks for a package. */
    static boolean needs(SourceTree source, String name) {
        Pattern line = Pattern.compile("(?mi)^[\\s\"']*" + Pattern.quote(name) + "(?![A-Za-z0-9_-])");
        return Stream.of(REQUIREMENTS, PYPROJECT)
                .flatMap(file -> source.text(file).stream())
                .anyMatch(text -> line.matcher(text).find()
                        || text.toLowerCase(Locale.ROOT).matches("(?s).*[\\[,]\\s*[\"']" + name + "[\"'<>=~! ;].*"));
    }

    static boolean declared(SourceTree source) {
        return source.has(REQUIREMENTS) || source.has(PYPROJECT);
    }

    /**
     * Installs what is declared, and the server where the author has not chosen one.
     *
     * @param server null for none
     * @return what runs Python from then on; by a relative path, which holds wherever the folder lies
     */
    static String install(SourceTree source, Draft draft, String server) {
        if (!declared(source) && server == null) {
            return "python3";
        }
        draft.tools.add(ENSURE_PIP);
        draft.build.add("python3 -m venv .venv");
        String what = source.has(REQUIREMENTS) ? " -r " + REQUIREMENTS : source.has(PYPROJECT) ? " ." : "";
        String more = server == null || needs(source, server) ? "" : " " + server;
        draft.build.add(".venv/bin/python -m pip install --disable-pip-version-check" + what + more);
        draft.env.put("PYTHONUNBUFFERED", "1");
        if (source.hasFolder("tests")) {
            draft.test.add(
                    needs(source, "pytest") ? ".venv/bin/python -m pytest" : ".venv/bin/python -m unittest discover");
        }
        return ".venv/bin/python";
    }
}
