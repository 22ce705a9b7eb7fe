package org.platformforge.provisioning.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.persistence.TypedQuery;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.store.Transaction;

/**
 * A list of one tenant's rows, newest first, filtered by equality. Conditions are fixed texts of this package and
 * values are always bound. Used once, by one thread.
 *
 * @param <E> an entity with {@code tenantId}, {@code createdAt} and {@code id}
 */
final class PagedQuery<E> {
    private final Class<E> type;
    private final String entity;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final StringBuilder where = new StringBuilder("e.tenantId = :tenantId");

    PagedQuery(Class<E> type, String entity, String tenantId) {
        this.type = type;
        this.entity = entity;
        values.put("tenantId", tenantId);
    }

    /** @param value null for no condition */
    PagedQuery<E> with(String attribute, Object value) {
        if (value != null) {
            where.append(" AND e.").append(attribute).append(" = :").append(attribute);
            values.put(attribute, value);
        }
        return this;
    }

    <R> Page<R> run(Transaction tx, PageRequest page, Function<E, R> mapper, Function<E, Cursor> cursor) {
        long total = bind(tx.em().createQuery("SELECT COUNT(e) FROM " + entity + " e WHERE " + where, Long.class))
                .getSingleResult();
        TypedQuery<E> query = page.cursor() == null
                ? select(tx, "").setFirstResult(page.offset())
                : after(tx, Cursor.parse(page.cursor()));
        List<E> rows = new ArrayList<>(query.setMaxResults(page.limit() + 1).getResultList());
        boolean more = rows.size() > page.limit();
        List<E> shown = more ? rows.subList(0, page.limit()) : rows;
        return new Page<>(
                shown.stream().map(mapper).toList(),
                total,
                more ? Optional.of(cursor.apply(shown.get(shown.size() - 1)).text()) : Optional.empty());
    }

    private TypedQuery<E> after(Transaction tx, Cursor cursor) {
        return select(tx, " AND (e.createdAt < :at OR (e.createdAt = :at AND e.id < :id))")
                .setParameter("at", cursor.createdAt())
                .setParameter("id", cursor.id());
    }

    private TypedQuery<E> select(Transaction tx, String more) {
        String order = " ORDER BY e.createdAt DESC, e.id DESC";
        return bind(tx.em().createQuery("SELECT e FROM " + entity + " e WHERE " + where + more + order, type));
    }

    private <T> TypedQuery<T> bind(TypedQuery<T> query) {
        values.forEach(query::setParameter);
        return query;
    }
}
