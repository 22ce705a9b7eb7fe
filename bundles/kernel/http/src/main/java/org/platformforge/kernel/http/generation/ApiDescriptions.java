package org.platformforge.kernel.http.generation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.http.openapi.OpenApiDocument;
import org.platformforge.kernel.http.openapi.PackedFragment;

/**
 * The OpenAPI document as a caller sees it: the platform's routes, and those of the extensions the caller's tenant runs, in
 * the version that answers this caller. Thread-safe.
 */
public final class ApiDescriptions {
    /** Documents of tenants with the same extensions are the same; some hundred kilobytes each. */
    private static final int KEPT = 16;

    private final RouteBoard board;
    private final ExtensionBoard extensions;
    private final Map<Key, OpenApiDocument> documents = new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, OpenApiDocument> eldest) {
            return size() > KEPT;
        }
    };

    /** @param generations their numbers, which are not used twice */
    private record Key(String platform, List<Long> generations) {}

    public ApiDescriptions(RouteBoard board, ExtensionBoard extensions) {
        this.board = board;
        this.extensions = extensions;
    }

    /** @param routing null while there is none: nobody runs any extension then */
    public OpenApiDocument of(Caller caller, ExtensionRouting routing) {
        OpenApiDocument platform = board.openApi();
        if (caller.scheme() == Caller.Scheme.NONE || routing == null) {
            return platform;
        }
        List<Generation> generations = new ArrayList<>();
        for (String extension : extensions.extensions()) {
            routing.select(caller.tenantId(), extension, caller.subject())
                    .map(selection -> extensions.serving(selection.bundleId()))
                    .ifPresent(generations::add);
        }
        return generations.isEmpty() ? platform : with(platform, generations);
    }

    private OpenApiDocument with(OpenApiDocument platform, List<Generation> generations) {
        Key key = new Key(
                platform.etag(), generations.stream().map(Generation::number).toList());
        synchronized (documents) {
            OpenApiDocument known = documents.get(key);
            if (known != null) {
                return known;
            }
        }
        List<PackedFragment> fragments = generations.stream()
                .map(Generation::openApi)
                .filter(Objects::nonNull)
                .toList();
        OpenApiDocument document = platform.with(fragments);
        if (fragments.size() == generations.size()) {
            synchronized (documents) {
                documents.put(key, document);
            }
        }
        return document;
    }
}
