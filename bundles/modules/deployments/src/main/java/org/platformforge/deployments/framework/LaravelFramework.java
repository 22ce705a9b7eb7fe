package org.platformforge.deployments.framework;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;

/** Applications with Laravel's {@code artisan}; served by PHP's own server with several workers. */
@Component(service = Framework.class)
public final class LaravelFramework extends CoreFramework {
    private static final String COMPOSER = "composer.json";
    private static final String ARTISAN = "artisan";

    public LaravelFramework() {
        super(
                new Description(
                        "laravel",
                        "Laravel",
                        "php",
                        "10.x",
                        8000,
                        "composer global require laravel/installer",
                        List.of(new Tool("php", "8.1"), new Tool("composer", "2.2"))),
                COMPOSER);
    }

    @Override
    public Detection detect(SourceTree source) {
        if (!source.has(ARTISAN)) {
            return Detection.missing("there is no artisan");
        }
        return source.text(COMPOSER)
                        .filter(text -> text.contains("\"laravel/framework\""))
                        .isPresent()
                ? Detection.by(ARTISAN)
                : Detection.missing("its composer.json does not require laravel/framework");
    }

    @Override
    public Plan plan(SourceTree source) {
        Draft draft = new Draft();
        draft.build.add("composer install --no-dev --no-interaction --no-progress --optimize-autoloader");
        draft.test.add("php artisan test");
        draft.env.put("COMPOSER_ALLOW_SUPERUSER", "1");
        draft.env.put("PHP_CLI_SERVER_WORKERS", "4");
        draft.env.put("LOG_CHANNEL", "stderr");
        draft.start = procfile(source)
                .map(command -> "exec " + command)
                .orElse("exec php artisan serve --no-reload --host=\"$HOST\" --port=\"$PORT\"");
        return draft.plan();
    }
}
