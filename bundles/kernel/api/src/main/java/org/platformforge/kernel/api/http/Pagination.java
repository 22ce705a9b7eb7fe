package org.platformforge.kernel.api.http;

import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;

/**
 * The {@code pagination} object of document 002's lists.
 *
 * @param page counted from 1
 * @param limit rows of a page
 * @param total rows on all pages
 * @param pages how many pages there are, at least 1
 */
public record Pagination(int page, int limit, long total, long pages) {
    public static Pagination of(PageRequest request, Page<?> page) {
        long pages = Math.max(1, (page.total() + request.limit() - 1) / request.limit());
        return new Pagination(request.offset() / request.limit() + 1, request.limit(), page.total(), pages);
    }
}
