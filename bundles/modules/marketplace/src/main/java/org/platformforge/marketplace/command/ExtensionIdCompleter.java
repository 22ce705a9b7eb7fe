package org.platformforge.marketplace.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.marketplace.domain.CatalogueService;
import org.platformforge.marketplace.domain.CatalogueSort;

/** The most popular extensions of the catalogue. */
@Service
public class ExtensionIdCompleter implements Completer {
    @Reference
    private CatalogueService catalogue;

    @Reference
    private Callers callers;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        PageRequest most = PageRequest.first(PageRequest.MAX_LIMIT);
        return TenantIds.complete(
                session,
                line,
                candidates,
                callers,
                caller ->
                        catalogue.list(caller, CatalogueService.Query.by(CatalogueSort.POPULAR), most).items().stream()
                                .map(listing -> listing.extension().id()));
    }
}
