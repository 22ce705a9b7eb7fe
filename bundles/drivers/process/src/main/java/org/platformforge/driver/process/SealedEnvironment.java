package org.platformforge.driver.process;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.platformforge.kernel.api.security.Secrets;

/**
 * The variables an application is started with. They hold secrets and are needed again at every restart, so they lie
 * sealed beside the record. Thread-safe.
 */
final class SealedEnvironment implements App.Environment {
    private static final String FILE = "environment.sealed";
    private static final String PURPOSE = "driver.process.environment";

    private final AppStore store;
    private final Secrets secrets;
    private final Sandbox sandbox;
    private final ObjectMapper json = new ObjectMapper();

    SealedEnvironment(AppStore store, Secrets secrets, Sandbox sandbox) {
        this.store = store;
        this.secrets = secrets;
        this.sandbox = sandbox;
    }

    /** A digest of what an application shall be; keyed, because passwords are a part of it. */
    String fingerprint(Map<String, Object> properties) throws IOException {
        byte[] mac = secrets.mac(PURPOSE, json.writeValueAsBytes(new TreeMap<>(properties)));
        return HexFormat.of().formatHex(mac);
    }

    void keep(AppSpec app) throws IOException {
        Map<String, String> variables = new LinkedHashMap<>(app.environment());
        variables.putAll(app.secrets());
        keep(app.resourceId(), variables);
    }

    void keep(String resourceId, Map<String, String> variables) throws IOException {
        String sealed = secrets.seal(PURPOSE, resourceId, json.writeValueAsBytes(variables));
        store.write(resourceId, FILE, sealed.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public Map<String, String> of(AppRecord record) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        String id = record.resourceId();
        byte[] sealed =
                store.content(id, FILE).orElseThrow(() -> new IOException("The environment of " + id + " is missing"));
        byte[] open = secrets.open(PURPOSE, id, new String(sealed, StandardCharsets.US_ASCII));
        all.putAll(json.readValue(open, new TypeReference<Map<String, String>>() {}));
        all.put("HOME", sandbox.home(store.folder(id)).toString());
        all.put("HOST", "127.0.0.1");
        if (record.port() > 0) {
            all.put("PORT", Integer.toString(record.port()));
        }
        all.put("FORGE_SERVICE", record.service());
        all.put("FORGE_ENVIRONMENT", record.environment());
        all.put("FORGE_ENGINE", "process");
        all.put(Launcher.RESOURCE_VARIABLE, id);
        all.put(Launcher.FOLDER_VARIABLE, store.root().toString());
        return all;
    }
}
