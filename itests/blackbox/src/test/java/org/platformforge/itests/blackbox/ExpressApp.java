package org.platformforge.itests.blackbox;

import java.util.Map;

/** An application of Express that needs no network to be built: it says hello with its variables {@code COLOUR} and {@code NODE_ENV}. */
final class ExpressApp {
    /** As much of Express as the application below uses, in the repository as a package that was vendored. */
    private static final String EXPRESS = """
            const http = require('http');
            module.exports = () => {
              const routes = {};
              return {
                get: (path, handler) => { routes[path] = handler; },
                listen: (port, host, done) => http.createServer((request, response) => {
                  const handler = routes[request.url];
                  response.statusCode = handler ? 200 : 404;
                  if (handler) { handler(request, { send: text => response.end(text) }); } else { response.end(); }
                }).listen(port, host, done),
              };
            };
            """;

    private static final String SERVER = """
            const express = require('express');
            const app = express();
            app.get('/', (request, response) => response.send(`hello ${process.env.COLOUR} ${process.env.NODE_ENV}`));
            app.listen(process.env.PORT, process.env.HOST, () => console.log('express listens'));
            """;
    static final Map<String, String> FILES = Map.of(
            "package.json",
            "{\"name\": \"web\", \"scripts\": {\"start\": \"node server.js\"}, \"dependencies\": {\"express\": \"^4\"}}",
            "server.js",
            SERVER,
            "node_modules/express/index.js",
            EXPRESS);

    private ExpressApp() {}
}
