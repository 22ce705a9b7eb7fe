package org.platformforge.marketplace.command;

import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.IdCompleter;
import org.platformforge.marketplace.domain.CatalogueService;
import org.platformforge.marketplace.domain.CatalogueSort;

/** The most popular extensions of the catalogue. */
@Service
public class ExtensionIdCompleter extends IdCompleter {
    @Reference
    private CatalogueService catalogue;

    @Override
    protected Stream<String> ids(Caller operator) {
        return catalogue.list(operator, CatalogueService.Query.by(CatalogueSort.POPULAR), MOST).items().stream()
                .map(listing -> listing.extension().id());
    }
}
