package org.platformforge.deployments.framework;

import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;

/** Executable JARs that Maven or Gradle make, with the repository's own wrapper where there is one. */
@Component(service = Framework.class)
public final class SpringBootFramework extends CoreFramework {
    private static final String POM = "pom.xml";
    private static final List<String> GRADLE = List.of("build.gradle", "build.gradle.kts");
    private static final String PLUGIN = "org.springframework.boot";
    private static final int START_SECONDS = 180;
    /** Neither sources nor what the repackaging has put aside. */
    private static final String JAR =
            "\"$(ls %s/*.jar | grep -v -e '-plain.jar' -e '-sources.jar' -e '-javadoc.jar' | head -n 1)\"";

    public SpringBootFramework() {
        super(
                new Description(
                        "spring-boot",
                        "Spring Boot",
                        "java",
                        "3.2",
                        8080,
                        "curl https://start.spring.io/starter.zip -o app.zip",
                        List.of(new Tool("java", "17"), new Tool("javac", "17"))),
                POM,
                "build.gradle",
                "build.gradle.kts");
    }

    private static Optional<String> build(SourceTree source) {
        return source.has(POM) ? Optional.of(POM) : first(source, GRADLE);
    }

    @Override
    public Detection detect(SourceTree source) {
        Optional<String> file = build(source);
        if (file.isEmpty()) {
            return Detection.missing("there is no pom.xml, build.gradle or build.gradle.kts");
        }
        return source.text(file.get()).filter(text -> text.contains(PLUGIN)).isPresent()
                ? Detection.by(PLUGIN + " in " + file.get())
                : Detection.missing("its " + file.get() + " does not name " + PLUGIN);
    }

    @Override
    public Plan plan(SourceTree source) {
        Draft draft = new Draft();
        String file = build(source).orElseThrow();
        boolean maven = file.equals(POM);
        if (maven) {
            maven(source, draft);
        } else {
            gradle(source, draft);
        }
        draft.start = procfile(source)
                .map(command -> "exec " + command)
                .orElse("exec java -Dserver.address=\"$HOST\" -Dserver.port=\"$PORT\" -jar "
                        + JAR.formatted(maven ? "target" : "build/libs"));
        boolean actuator = source.text(file)
                .filter(text -> text.contains("spring-boot-starter-actuator"))
                .isPresent();
        draft.probe = actuator ? "/actuator/health" : "/";
        draft.startTimeoutSeconds = START_SECONDS;
        return draft.plan();
    }

    /** What it downloads is no part of the artifact. */
    private static void maven(SourceTree source, Draft draft) {
        boolean wrapper = source.has("mvnw");
        if (!wrapper) {
            draft.tools.add(new Tool("mvn", "3.6"));
        }
        String mvn = "MAVEN_USER_HOME=\"$XDG_CACHE_HOME/m2\" " + (wrapper ? "sh ./mvnw" : "mvn")
                + " -B -ntp -Dmaven.repo.local=\"$XDG_CACHE_HOME/m2/repository\" ";
        draft.build.add(mvn + "-DskipTests package");
        draft.test.add(mvn + "test");
    }

    private static void gradle(SourceTree source, Draft draft) {
        boolean wrapper = source.has("gradlew");
        if (!wrapper) {
            draft.tools.add(new Tool("gradle", "8"));
        }
        String gradle = "GRADLE_USER_HOME=\"$XDG_CACHE_HOME/gradle\" " + (wrapper ? "sh ./gradlew" : "gradle")
                + " --no-daemon --console=plain ";
        draft.build.add(gradle + "bootJar");
        draft.test.add(gradle + "test");
    }
}
