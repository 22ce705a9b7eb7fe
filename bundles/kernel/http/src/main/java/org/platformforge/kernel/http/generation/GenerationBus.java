package org.platformforge.kernel.http.generation;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.cxf.Bus;
import org.apache.cxf.bus.managers.ServerLifeCycleManagerImpl;
import org.apache.cxf.endpoint.ServerLifeCycleManager;
import org.apache.cxf.feature.Feature;
import org.apache.cxf.interceptor.AbstractBasicInterceptorProvider;

/**
 * What CXF keeps by class on a server's bus is kept here and goes with the generation; CXF's parts are those of a bus that
 * all generations share, because finding them takes longer than making a server. Thread-safe.
 */
final class GenerationBus extends AbstractBasicInterceptorProvider implements Bus {
    private final Bus shared;
    private final Map<Class<?>, Object> own = new ConcurrentHashMap<>();
    private final Map<String, Object> properties = new ConcurrentHashMap<>();
    private volatile String id;
    private volatile BusState state = BusState.RUNNING;

    /** @param shared is not changed */
    GenerationBus(Bus shared) {
        this.shared = shared;
        this.id = "generation-" + Integer.toHexString(System.identityHashCode(this));
        // each server has it keep a listener, which it never takes back
        own.put(ServerLifeCycleManager.class, new ServerLifeCycleManagerImpl());
    }

    @Override
    public <T> T getExtension(Class<T> type) {
        Object mine = type == Bus.class ? this : own.get(type);
        return mine == null ? shared.getExtension(type) : type.cast(mine);
    }

    @Override
    public <T> void setExtension(T extension, Class<T> type) {
        if (extension == null) {
            own.remove(type);
        } else {
            own.put(type, extension);
        }
    }

    @Override
    public boolean hasExtensionByName(String name) {
        return own.keySet().stream().anyMatch(type -> type.getName().equals(name)) || shared.hasExtensionByName(name);
    }

    @Override
    public String getId() {
        return id;
    }

    @Override
    public void setId(String id) {
        this.id = id;
    }

    /** Of this one alone. */
    @Override
    public void shutdown(boolean wait) {
        state = BusState.SHUTDOWN;
        own.clear();
        properties.clear();
    }

    @Override
    public void setProperty(String name, Object value) {
        if (value == null) {
            properties.remove(name);
        } else {
            properties.put(name, value);
        }
    }

    @Override
    public Object getProperty(String name) {
        Object mine = properties.get(name);
        return mine == null ? shared.getProperty(name) : mine;
    }

    @Override
    public void setProperties(Map<String, Object> all) {
        properties.clear();
        properties.putAll(all);
    }

    @Override
    public Map<String, Object> getProperties() {
        return properties;
    }

    @Override
    public Collection<Feature> getFeatures() {
        return List.of();
    }

    @Override
    public void setFeatures(Collection<? extends Feature> features) {
        throw new UnsupportedOperationException("Modules bring no features");
    }

    @Override
    public BusState getState() {
        return state;
    }
}
