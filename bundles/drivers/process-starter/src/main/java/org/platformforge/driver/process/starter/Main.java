package org.platformforge.driver.process.starter;

import java.nio.file.Path;

/** {@code java -jar starter.jar web-app | static-site [folder] | worker}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        String mode = args.length == 0 ? "web-app" : args[0];
        Settings settings = Settings.from(System.getenv());
        switch (mode) {
            case "web-app" -> new WebApp(settings).serve().join();
            case "static-site" ->
                new StaticSite(settings, Path.of(args.length > 1 ? args[1] : "."))
                        .serve()
                        .join();
            case "worker" -> new Worker(settings, System.out).run();
            default -> {
                System.err.println("Unknown mode '" + mode + "': use web-app, static-site [folder] or worker");
                System.exit(64);
            }
        }
    }
}
