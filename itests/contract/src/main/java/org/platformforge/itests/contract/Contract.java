package org.platformforge.itests.contract;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import javax.ws.rs.core.Response;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Links;

/** What the routes of all dialects do. */
final class Contract {
    /** Rows of each list. */
    static final int THINGS = 45;

    private Contract() {}

    public record Thing(String id, String name, int size) {}

    public record NewThing(
            @NotBlank @Size(max = 50) String name,
            @NotNull @Min(1) @Max(9) Integer size) {}

    static Thing thing(String id) {
        if (!id.matches("thing-\\d{1,2}")) {
            throw PlatformException.notFound("Thing", id);
        }
        return new Thing(id, "Thing " + id.substring(6), 1);
    }

    static Thing created(NewThing thing) {
        return new Thing("thing-0", thing.name(), thing.size());
    }

    /** The error of that kind as a module throws it: with particulars, and with fields or a time where they belong. */
    static PlatformException error(String name) {
        ErrorKind kind = Arrays.stream(ErrorKind.values())
                .filter(one ->
                        one.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name))
                .findFirst()
                .orElseThrow(() -> PlatformException.notFound("Kind", name));
        return switch (kind) {
            case VALIDATION ->
                PlatformException.invalid(
                        "Invalid request parameters",
                        List.of(
                                new FieldError("environment", "Environment 'invalid' does not exist"),
                                new FieldError("size", "must be less than 9")));
            case RATE_LIMITED, UNAVAILABLE ->
                PlatformException.of(kind, "Come again").withRetryAfter(Duration.ofMillis(1500));
            default -> PlatformException.of(kind, "It is " + name).withDetail("kind", name);
        };
    }

    /** A cursor is the number of rows before it, in words that only this class reads. */
    static Page<Thing> page(PageRequest request) {
        int from = request.cursor() == null ? request.offset() : position(request.cursor());
        int to = Math.min(THINGS, from + request.limit());
        List<Thing> rows = IntStream.range(Math.min(from, THINGS), to)
                .mapToObj(i -> thing("thing-" + i))
                .toList();
        return new Page<>(rows, THINGS, to < THINGS ? Optional.of("c-" + to) : Optional.empty());
    }

    private static int position(String cursor) {
        if (!cursor.matches("c-\\d{1,3}")) {
            throw PlatformException.invalid("cursor", "is not one that this list gave");
        }
        return Integer.parseInt(cursor.substring(2));
    }

    static Response paged(Object body, Page<?> page, URI request) {
        Response.ResponseBuilder response = Response.ok(body);
        page.nextCursor().ifPresent(next -> response.header("Link", Links.next(request, next)));
        return response.build();
    }
}
