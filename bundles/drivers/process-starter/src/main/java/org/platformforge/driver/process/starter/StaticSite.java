package org.platformforge.driver.process.starter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.SymlinkAllowedResourceAliasChecker;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.resource.ResourceFactory;

/**
 * Serves one folder: entity tags, ranges, content types, {@code index.html}; no directory listings, nothing whose path
 * has a part that starts with a dot, and no link that leads out of the folder.
 */
final class StaticSite {
    private final Settings settings;
    private final Path folder;

    StaticSite(Settings settings, Path folder) {
        this.settings = settings;
        this.folder = folder;
    }

    Server serve() throws Exception {
        Server server = Servers.server(settings);
        Path root = folder.toRealPath();
        ResourceHandler files = new ResourceHandler();
        files.setDirAllowed(false);
        files.setEtags(true);
        files.setAcceptRanges(true);
        files.setWelcomeFiles(List.of("index.html"));
        files.setCacheControl("public, max-age=0, must-revalidate");
        files.setBaseResource(ResourceFactory.of(server).newResource(root));
        ContextHandler context = new ContextHandler(new Guard(root, files), "/");
        context.setBaseResource(ResourceFactory.of(server).newResource(root));
        // links inside the folder are served; the guard refuses those that lead out of it
        context.addAliasCheck(new SymlinkAllowedResourceAliasChecker(context));
        Servers.start(server, context, "static-site " + settings.service());
        return server;
    }

    /** Refuses hidden files and links out of the folder, and answers the health path where the site has no such file. */
    private static final class Guard extends Handler.Wrapper {
        private final Path root;

        Guard(Path root, Handler next) {
            super(next);
            this.root = root;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            String path = Request.getPathInContext(request);
            response.getHeaders().put("X-Content-Type-Options", "nosniff");
            if (path.contains("/.") || !inside(path)) {
                Response.writeError(request, response, callback, 404);
                return true;
            }
            if (path.equals("/healthz") && !Files.exists(root.resolve("healthz"))) {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
                response.write(true, java.nio.ByteBuffer.wrap(new byte[] {'o', 'k', '\n'}), callback);
                return true;
            }
            return super.handle(request, response, callback);
        }

        private boolean inside(String path) {
            try {
                Path file = root.resolve(path.substring(1)).normalize();
                return file.startsWith(root)
                        && (!Files.exists(file) || file.toRealPath().startsWith(root));
            } catch (IOException | IllegalArgumentException e) {
                return false;
            }
        }
    }
}
