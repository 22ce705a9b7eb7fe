package org.platformforge.provisioning.domain.template;

import java.util.List;

/** A template file that cannot be used, with everything that is wrong with it. */
public final class TemplateException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    TemplateException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
