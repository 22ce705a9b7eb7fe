package org.platformforge.deployments.framework;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.Framework.Plan;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;

class FrameworksTest {
    private static final List<Framework> ALL = List.of(
            new DjangoFramework(),
            new ExpressFramework(),
            new FastApiFramework(),
            new FlaskFramework(),
            new LaravelFramework(),
            new NextFramework(),
            new NodeFramework(),
            new PythonFramework(),
            new SpringBootFramework(),
            new StaticFramework());

    /** @param files path, content, path, content */
    private static SourceTree source(Framework framework, String... files) {
        Map<String, String> all = new TreeMap<>();
        for (int i = 0; i < files.length; i += 2) {
            all.put(files[i], files[i + 1]);
        }
        Map<String, String> shown = new TreeMap<>(all);
        shown.keySet().retainAll(framework.files());
        return new SourceTree(List.copyOf(all.keySet()), shown);
    }

    private static Plan plan(Framework framework, String... files) {
        SourceTree source = source(framework, files);
        assertThat(framework.detect(source).recognized())
                .as(framework.detect(source).reason())
                .isTrue();
        return framework.plan(source);
    }

    @Test
    void describeThemselvesAsTheDocumentDoes() {
        assertThat(ALL)
                .extracting(one -> one.description().id())
                .contains("django", "flask", "laravel", "express", "nextjs", "spring-boot", "static")
                .doesNotHaveDuplicates();
        Framework.Description django = new DjangoFramework().description();
        assertThat(django.name() + " " + django.language() + " " + django.version() + " " + django.port())
                .isEqualTo("Django python 4.2 8000");
        assertThat(django.installCmd()).isEqualTo("pip install django gunicorn");
        assertThat(new LaravelFramework().description().installCmd())
                .isEqualTo("composer global require laravel/installer");
    }

    static Stream<Arguments> applications() {
        String requirements = "Django==4.2.1\n";
        return Stream.of(
                Arguments.of(
                        new DjangoFramework(),
                        new String[] {"manage.py", "", "shop/wsgi.py", "", "requirements.txt", requirements},
                        "exec .venv/bin/python -m gunicorn --bind \"$HOST:$PORT\" shop.wsgi:application"),
                Arguments.of(
                        new FlaskFramework(),
                        new String[] {
                            "app.py", "import flask\nshop = flask.Flask(__name__)\n", "requirements.txt", "flask>=3"
                        },
                        "exec .venv/bin/python -m gunicorn --bind \"$HOST:$PORT\" 'app:shop'"),
                Arguments.of(
                        new FlaskFramework(),
                        new String[] {
                            "wsgi.py", "def create_app():\n  pass", "pyproject.toml", "dependencies = [\"flask\"]"
                        },
                        "exec .venv/bin/python -m gunicorn --bind \"$HOST:$PORT\" 'wsgi:create_app()'"),
                Arguments.of(
                        new FastApiFramework(),
                        new String[] {"main.py", "app: FastAPI = FastAPI()", "requirements.txt", "fastapi[all]\nuvicorn"
                        },
                        "exec .venv/bin/python -m uvicorn --host \"$HOST\" --port \"$PORT\" main:app"),
                Arguments.of(new PythonFramework(), new String[] {"server.py", ""}, "exec python3 server.py"),
                Arguments.of(
                        new PythonFramework(),
                        new String[] {"Procfile", "worker: x\nweb: gunicorn app:app\n", "requirements.txt", "gunicorn"},
                        "export PATH=\"$PWD/.venv/bin:$PATH\"; exec gunicorn app:app"),
                Arguments.of(
                        new ExpressFramework(),
                        new String[] {
                            "package.json",
                            "{\"scripts\":{\"start\":\"node app\"},\"dependencies\":{\"express\":\"4\"}}"
                        },
                        "export PATH=\"$PWD/node_modules/.bin:$PATH\"; node app"),
                Arguments.of(new NodeFramework(), new String[] {"index.js", ""}, "exec node index.js"),
                Arguments.of(
                        new NextFramework(),
                        new String[] {"package.json", "{\"dependencies\":{\"next\":\"14\"}}"},
                        "exec node_modules/.bin/next start --hostname \"$HOST\" --port \"$PORT\""),
                Arguments.of(
                        new LaravelFramework(),
                        new String[] {"artisan", "", "composer.json", "{\"require\":{\"laravel/framework\":\"^10\"}}"},
                        "exec php artisan serve --no-reload --host=\"$HOST\" --port=\"$PORT\""),
                Arguments.of(
                        new SpringBootFramework(),
                        new String[] {"mvnw", "", "pom.xml", "<groupId>org.springframework.boot</groupId>"},
                        "exec java -Dserver.address=\"$HOST\" -Dserver.port=\"$PORT\" -jar \"$(ls target/*.jar"
                                + " | grep -v -e '-plain.jar' -e '-sources.jar' -e '-javadoc.jar' | head -n 1)\""));
    }

    @ParameterizedTest
    @MethodSource("applications")
    void startsWhatItRecognises(Framework framework, String[] files, String start) {
        Plan plan = plan(framework, files);
        assertThat(plan.start()).isEqualTo(start);
        assertThat(plan.staticDirectory()).isNull();
        assertThat(plan.probePath()).startsWith("/");
    }

    @Test
    void recognisesNothingInAnEmptyRepositoryAndSaysWhy() {
        for (Framework framework : ALL) {
            Framework.Detection none = framework.detect(source(framework, "README.md", "hello"));
            assertThat(none.recognized()).as(framework.description().id()).isFalse();
            assertThat(none.reason()).as(framework.description().id()).isNotBlank();
        }
    }

    @Test
    void bearsFilesThatAreNotWhatTheirNamesSay() {
        for (Framework framework : ALL) {
            for (String content :
                    List.of("", "[]", "{", "null", "\0", "\"x\"", "{\"scripts\":[1],\"dependencies\":\"x\"}")) {
                String[] files = framework.files().stream()
                        .flatMap(path -> Stream.of(path, content))
                        .toArray(String[]::new);
                SourceTree source = source(framework, files);
                if (framework.detect(source).recognized()) {
                    Plan plan = framework.plan(source);
                    assertThat(plan.start() == null).isEqualTo(plan.staticDirectory() != null);
                }
            }
        }
    }

    @Test
    void installsWithTheToolThatTheLockFileIsOf() {
        String json =
                "{\"main\":\"a.js\",\"engines\":{\"node\":\">=20.1\"},\"scripts\":{\"build\":\"tsc\",\"test\":\"jest\"},"
                        + "\"dependencies\":{\"express\":\"4\"}}";
        Framework express = new ExpressFramework();
        Plan npm = plan(express, "package.json", json, "a.js", "", "package-lock.json", "{}");
        assertThat(npm.build()).containsExactly("npm ci --include=dev --no-audit --no-fund", "npm run build");
        assertThat(npm.tools()).contains(new Tool("node", "20.1"), Tool.any("npm"));
        assertThat(npm.test()).containsExactly("export PATH=\"$PWD/node_modules/.bin:$PATH\"; jest");
        assertThat(plan(express, "package.json", json, "a.js", "", "yarn.lock", "")
                        .tools())
                .contains(Tool.any("yarn"));
        assertThat(plan(express, "package.json", json, "a.js", "", "pnpm-lock.yaml", "")
                        .tools())
                .contains(Tool.any("pnpm"));
        String plain = "{\"main\":\"a.js\",\"dependencies\":{\"express\":\"4\"}}";
        Plan vendored = plan(express, "package.json", plain, "a.js", "", "node_modules/express/index.js", "");
        assertThat(vendored.build()).isEmpty();
        assertThat(vendored.tools()).isEmpty();
    }

    @Test
    void keepsBuildToolsAndTheirDownloadsApart() {
        Plan gradle = plan(
                new SpringBootFramework(),
                "build.gradle.kts",
                "id(\"org.springframework.boot\") spring-boot-starter-actuator");
        assertThat(gradle.tools()).containsExactly(new Tool("gradle", "8"));
        assertThat(gradle.build().get(0)).contains("GRADLE_USER_HOME=\"$XDG_CACHE_HOME/gradle\" gradle");
        assertThat(gradle.probePath()).isEqualTo("/actuator/health");
        Plan python = plan(new PythonFramework(), "app.py", "", "requirements.txt", "requests");
        assertThat(python.build())
                .containsExactly(
                        "python3 -m venv .venv",
                        ".venv/bin/python -m pip install --disable-pip-version-check -r requirements.txt");
        assertThat(python.start()).isEqualTo("exec .venv/bin/python app.py");
        assertThat(plan(new PythonFramework(), "app.py", "").build()).isEmpty();
    }

    @Test
    void servesSitesFromWhereTheyAre() {
        Framework site = new StaticFramework();
        assertThat(plan(site, "index.html", "").staticDirectory()).isEqualTo(".");
        assertThat(plan(site, "public/index.html", "").staticDirectory()).isEqualTo("public");
        Plan vite = plan(
                site,
                "index.html",
                "",
                "package.json",
                "{\"scripts\":{\"build\":\"vite build\"},\"devDependencies\":{\"vite\":\"5\"}}");
        assertThat(vite.staticDirectory()).isEqualTo("dist");
        assertThat(vite.build()).endsWith("npm run build");
        assertThat(vite.start()).isNull();
    }
}
