package org.platformforge.kernel.http.generation;

import java.lang.annotation.Annotation;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Endpoint;

/** The annotation of a method that is in another process. */
@SuppressWarnings("ClassExplicitlyAnnotation")
final class DescribedEndpoint implements Endpoint {
    private final String operationId;
    private final String summary;
    private final String permission;
    private final boolean stepUp;
    private final int status;
    private final Caller.Scheme[] schemes;
    private final ErrorKind[] errors;
    private final int maxBody;

    DescribedEndpoint(
            String operationId,
            String summary,
            String permission,
            boolean stepUp,
            int status,
            Caller.Scheme[] schemes,
            ErrorKind[] errors,
            int maxBody) {
        this.operationId = operationId;
        this.summary = summary;
        this.permission = permission;
        this.stepUp = stepUp;
        this.status = status;
        this.schemes = schemes.clone();
        this.errors = errors.clone();
        this.maxBody = maxBody;
    }

    @Override
    public String operationId() {
        return operationId;
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public String permission() {
        return permission;
    }

    @Override
    public Scope scope() {
        return Scope.TENANT;
    }

    @Override
    public boolean stepUp() {
        return stepUp;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public Class<?> request() {
        return Void.class;
    }

    @Override
    public Class<?> form() {
        return Void.class;
    }

    @Override
    public Class<?> response() {
        return Void.class;
    }

    @Override
    public int[] sameBody() {
        return new int[0];
    }

    @Override
    public Caller.Scheme[] schemes() {
        return schemes.clone();
    }

    @Override
    public String[] rateLimits() {
        return new String[0];
    }

    @Override
    public ErrorKind[] errors() {
        return errors.clone();
    }

    @Override
    public int maxBody() {
        return maxBody;
    }

    @Override
    public boolean streaming() {
        return false;
    }

    @Override
    public Class<? extends Annotation> annotationType() {
        return Endpoint.class;
    }
}
