package org.platformforge.marketplace.domain;

/** Orders of the catalogue, of document 002; the best comes first. */
public enum CatalogueSort {
    POPULAR,
    NEWEST,
    RATING
}
