package org.platformforge.kernel.store.tx;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Set;

/**
 * A connection whose beginning and end are the store's alone: EclipseLink and the work may call commit, rollback or
 * close, and nothing happens.
 */
final class TransactionConnection implements InvocationHandler {
    private static final Set<String> ENDING = Set.of("commit", "close", "setAutoCommit", "abort");

    private final Connection connection;

    private TransactionConnection(Connection connection) {
        this.connection = connection;
    }

    static Connection over(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                TransactionConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new TransactionConnection(connection));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        boolean wholeRollback = name.equals("rollback") && method.getParameterCount() == 0;
        if (wholeRollback || ENDING.contains(name)) {
            return null;
        }
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(proxy, name, arguments);
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Object ofObject(Object proxy, String name, Object[] arguments) {
        return switch (name) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "transaction on " + connection;
        };
    }
}
