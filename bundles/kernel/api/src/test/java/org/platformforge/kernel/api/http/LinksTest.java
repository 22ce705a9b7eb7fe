package org.platformforge.kernel.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;

class LinksTest {
    @ParameterizedTest
    @CsvSource({
        "/api/v1/resources,                              abc,    /api/v1/resources?cursor=abc",
        "/api/v1/resources?environment=dev&offset=20,    abc,    /api/v1/resources?environment=dev&cursor=abc",
        "/r?cursor=old&page=2&limit=5&pages=1,           new,    /r?limit=5&pages=1&cursor=new",
        "/r?a=%20b&&c,                                   'x&y=', /r?a=%20b&c&cursor=x%26y%3D",
        "http://evil/r?a=b,                              '>\",', /r?a=b&cursor=%3E%22%2C"
    })
    void pointsToTheNextPageOfTheSameRequest(URI request, String cursor, String expected) {
        assertThat(Links.next(request, cursor)).isEqualTo("<" + expected + ">; rel=\"next\"");
    }

    @Test
    void countsPagesFromOne() {
        PageRequest third = new PageRequest(20, 40, null);

        assertThat(Pagination.of(third, page(150))).isEqualTo(new Pagination(3, 20, 150, 8));
        assertThat(Pagination.of(PageRequest.first(20), page(0))).isEqualTo(new Pagination(1, 20, 0, 1));
    }

    private static Page<String> page(long total) {
        return new Page<>(List.of(), total, Optional.empty());
    }
}
