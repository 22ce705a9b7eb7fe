package org.platformforge.marketplace.store;

import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.marketplace.domain.Publisher;
import org.platformforge.marketplace.domain.PublisherKey;

/**
 * Publishers and their keys: those of the transaction's tenant, or everybody's in a cross-tenant one, because what they
 * are is public. Thread-safe.
 */
@Component(service = PublisherRepository.class)
public final class PublisherRepository {
    /** @param skeleton what names that look alike have in common */
    public void insert(Transaction tx, Publisher publisher, String skeleton) {
        tx.em().persist(new PublisherEntity(publisher, skeleton));
        tx.em().flush();
    }

    public Optional<Publisher> find(Transaction tx, String namespace) {
        return entity(tx, namespace).map(PublisherEntity::toPublisher);
    }

    public List<Publisher> ofTenant(Transaction tx, String tenantId) {
        return tx.em()
                .createQuery(
                        "SELECT e FROM Publisher e WHERE e.tenantId = :tenant ORDER BY e.createdAt",
                        PublisherEntity.class)
                .setParameter("tenant", tenantId)
                .getResultStream()
                .map(PublisherEntity::toPublisher)
                .toList();
    }

    /** Every namespace there is, in a cross-tenant transaction, with the skeleton it was given. */
    public List<String> namespaces(Transaction tx) {
        return tx.em()
                .createQuery("SELECT e.namespace FROM Publisher e", String.class)
                .getResultList();
    }

    /** @return the namespace that looks the same, in a cross-tenant transaction */
    public Optional<String> withSkeleton(Transaction tx, String skeleton) {
        return tx.em()
                .createQuery("SELECT e.namespace FROM Publisher e WHERE e.skeleton = :skeleton", String.class)
                .setParameter("skeleton", skeleton)
                .getResultStream()
                .findFirst();
    }

    /** @param by null when trust is withdrawn */
    public Optional<Publisher> trust(Transaction tx, String namespace, String by) {
        Optional<PublisherEntity> found = entity(tx, namespace);
        found.ifPresent(entity -> entity.trust(by, tx.now()));
        return found.map(PublisherEntity::toPublisher);
    }

    public void insert(Transaction tx, PublisherKey key) {
        tx.em().persist(new PublisherKeyEntity(key));
        tx.em().flush();
    }

    /** Oldest first, revoked ones too. */
    public List<PublisherKey> keys(Transaction tx, String namespace) {
        return tx.em()
                .createQuery(
                        "SELECT e FROM PublisherKey e WHERE e.namespace = :namespace ORDER BY e.createdAt, e.id",
                        PublisherKeyEntity.class)
                .setParameter("namespace", namespace)
                .getResultStream()
                .map(PublisherKeyEntity::toKey)
                .toList();
    }

    public Optional<PublisherKey> key(Transaction tx, String id) {
        return id == null
                ? Optional.empty()
                : Optional.ofNullable(tx.em().find(PublisherKeyEntity.class, id))
                        .map(PublisherKeyEntity::toKey);
    }

    /** A key with this fingerprint, whoever has it, in a cross-tenant transaction. */
    public boolean known(Transaction tx, String fingerprint) {
        return tx.em()
                        .createQuery("SELECT COUNT(e) FROM PublisherKey e WHERE e.fingerprint = :print", Long.class)
                        .setParameter("print", fingerprint)
                        .getSingleResult()
                > 0;
    }

    public PublisherKey revoke(Transaction tx, String id, String by) {
        PublisherKeyEntity entity = tx.em().find(PublisherKeyEntity.class, id);
        entity.revoke(by, tx.now());
        return entity.toKey();
    }

    private static Optional<PublisherEntity> entity(Transaction tx, String namespace) {
        return Optional.ofNullable(tx.em().find(PublisherEntity.class, namespace))
                .filter(e -> Reach.covers(tx, e.tenantId()));
    }
}
