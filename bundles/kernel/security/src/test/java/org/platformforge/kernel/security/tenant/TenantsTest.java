package org.platformforge.kernel.security.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.security.Tenants.Tenant;
import org.platformforge.kernel.api.store.AuditTrail;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.security.testing.Node;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

class TenantsTest {
    @ParameterizedTest
    @EnumSource
    void thePlatformsOwnIsThereFromTheStart(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            assertThat(node.tenants.find(Tenants.PLATFORM)).isPresent();
            assertThat(node.tenants.find("ten_unknown")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void areCreatedFoundAndListedInPages(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            List<String> made = new ArrayList<>(List.of(Tenants.PLATFORM));
            for (int i = 0; i < 4; i++) {
                Tenant tenant = node.tenants.create(node.anonymous(), "  Acme " + i + " ");
                assertThat(tenant.name()).isEqualTo("Acme " + i);
                assertThat(node.tenants.find(tenant.id())).contains(tenant);
                made.add(tenant.id());
            }
            List<String> seen = new ArrayList<>();
            PageRequest request = PageRequest.first(2);
            while (request != null) {
                Page<Tenant> page = node.tenants.list(request);
                assertThat(page.total()).isEqualTo(5);
                page.items().forEach(tenant -> seen.add(tenant.id()));
                request = page.nextCursor()
                        .map(cursor -> new PageRequest(2, 0, cursor))
                        .orElse(null);
            }
            assertThat(seen).containsExactlyInAnyOrderElementsOf(made).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @EnumSource
    void areTriedAgainAfterADeadlockWithinACallersTransaction(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            AtomicInteger attempts = new AtomicInteger();
            Tenant tenant = store.call(Store.ALL_TENANTS, tx -> {
                boolean first = attempts.incrementAndGet() == 1;
                return node.tenants.create(first ? deadlocked(tx) : tx, node.anonymous(), "Acme");
            });
            assertThat(attempts).hasValue(2);
            assertThat(node.tenants.find(tenant.id())).contains(tenant);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theirFirstRecordNamesWhoMadeThem(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller operator = node.callers.shell(Tenants.PLATFORM, "ops@example.org", Set.of(Tenants.OPERATOR_ROLE));
            Tenant tenant = node.tenants.create(operator, "Acme");
            List<AuditTrail.Entry> entries = new ArrayList<>();
            store.auditTrail().read(tenant.id(), AuditTrail.Filter.ALL, entries::add);
            assertThat(entries).singleElement().satisfies(entry -> {
                assertThat(entry.action()).isEqualTo("tenant.create");
                assertThat(entry.actor()).isEqualTo("ops@example.org");
                assertThat(entry.requestId()).isEqualTo(operator.requestId());
            });
        }
    }

    /** The same transaction, whose statements the database ends to let another one go on. */
    private static Transaction deadlocked(Transaction tx) {
        Connection connection = (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    throw new SQLException("deadlock", "40001");
                });
        return (Transaction) Proxy.newProxyInstance(
                Transaction.class.getClassLoader(),
                new Class<?>[] {Transaction.class},
                (proxy, method, arguments) ->
                        method.getName().equals("connection") ? connection : method.invoke(tx, arguments));
    }

    @ParameterizedTest
    @EnumSource
    void oneThatIsCreatedInATransactionThatFailsNeverWas(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            assertThatThrownBy(() -> store.run(Store.ALL_TENANTS, tx -> {
                        node.tenants.create(tx, node.anonymous(), "Acme");
                        throw new IllegalStateException("later");
                    }))
                    .hasMessage("later");
            assertThat(node.tenants.list(PageRequest.first(10)).total()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesThatAreNoneAreRefused(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            for (String name : new String[] {null, "", " ", "a\u0000b", "a\nb", "x".repeat(101)}) {
                assertThatThrownBy(() -> node.tenants.create(node.anonymous(), name))
                        .isInstanceOf(PlatformException.class);
            }
        }
    }
}
