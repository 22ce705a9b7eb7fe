package org.platformforge.kernel.license;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.license.LicenseStatus;
import org.platformforge.kernel.api.license.LicenseStatus.State;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.license.LicenseFolder.Seen;
import org.platformforge.kernel.license.document.License;
import org.platformforge.kernel.license.document.LicenseException;
import org.platformforge.kernel.license.document.LicenseFlaw;
import org.platformforge.kernel.license.document.LicenseKeys;
import org.platformforge.kernel.license.document.SignedLicense;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The licence that is installed, and what it is worth. Time never goes back for it: the latest moment it has seen counts, so
 * that a clock set back prolongs nothing. Thread-safe.
 */
public final class Licenses implements Licensing {
    private static final Logger LOG = LoggerFactory.getLogger(Licenses.class);

    /** How far a clock may be set back without anybody being told: clocks are corrected. */
    private static final Duration CORRECTION = Duration.ofMinutes(10);

    private static final Duration SOON = Duration.ofDays(30);

    private final LicenseFolder folder;
    private final LicenseKeys keys;
    private final Clock clock;
    private final SortedSet<String> community;
    private final LongFunction<Set<String>> setsOf;
    private final Consumer<SortedSet<String>> changed;
    private volatile Held held = Held.NONE;
    private volatile Seen seen = Seen.NOTHING;

    /** @param license null when there is none that counts */
    private record Held(License license, LicenseFlaw flaw, String problem) {
        static final Held NONE = new Held(null, null, "");
    }

    /**
     * @param community the feature sets that need no licence
     * @param setsOf which sets a bundle belongs to, by its id; empty for the kernel and what needs no licence
     * @param changed told which sets may resolve beside those, under this object's lock
     */
    Licenses(
            LicenseFolder folder,
            LicenseKeys keys,
            Clock clock,
            Set<String> community,
            LongFunction<Set<String>> setsOf,
            Consumer<SortedSet<String>> changed) {
        this.folder = folder;
        this.keys = keys;
        this.clock = clock;
        this.community = new TreeSet<>(community);
        this.setsOf = setsOf;
        this.changed = changed;
    }

    /** Reads what is installed. What cannot be read counts for nothing and is said in the status. */
    synchronized void load() {
        try {
            seen = folder.seen();
            Optional<byte[]> file = folder.license();
            held = file.isEmpty() ? Held.NONE : hold(file.get());
        } catch (IOException e) {
            LOG.error("The licence cannot be read", e);
            held = new Held(null, LicenseFlaw.CORRUPTED, "The licence file cannot be read");
        }
        if (!held.problem().isEmpty()) {
            LOG.warn("The licence counts for nothing: {}", held.problem());
        }
        noteTime();
        changed.accept(granted(held));
    }

    private Held hold(byte[] file) {
        try {
            License license = trusted(file);
            if (license.serial() < seen.serial()) {
                throw downgraded(license);
            }
            notBefore(license);
            return new Held(license, null, "");
        } catch (LicenseException e) {
            return new Held(null, e.flaw(), e.getMessage());
        }
    }

    private License trusted(byte[] file) throws LicenseException {
        License license = SignedLicense.read(file).verified(keys);
        if (license.installation() != null && !license.installation().equals(folder.installation())) {
            throw new LicenseException(
                    LicenseFlaw.WRONG_INSTALLATION,
                    "It is for the installation " + license.installation() + "; this one is " + folder.installation());
        }
        return license;
    }

    private LicenseException downgraded(License license) {
        return new LicenseException(
                LicenseFlaw.DOWNGRADED,
                "It has the serial " + license.serial() + "; one with " + seen.serial() + " was installed before");
    }

    private void notBefore(License license) throws LicenseException {
        if (now().isBefore(license.notBefore())) {
            throw new LicenseException(LicenseFlaw.NOT_YET_VALID, "It begins at " + license.notBefore());
        }
    }

    /**
     * What a licence would be worth here, without installing it.
     *
     * @throws PlatformException {@code UNPROCESSABLE}, its code names the flaw
     */
    public synchronized License verify(byte[] file) {
        try {
            License license = trusted(file);
            if (license.serial() < seen.serial()) {
                throw downgraded(license);
            }
            notBefore(license);
            if (!now().isBefore(license.readOnlyFrom())) {
                throw new LicenseException(
                        LicenseFlaw.EXPIRED,
                        "It ended at " + license.expiresAt() + ", and its grace at " + license.readOnlyFrom());
            }
            return license;
        } catch (LicenseException e) {
            throw PlatformException.of(ErrorKind.UNPROCESSABLE, "The licence does not count: " + e.getMessage())
                    .withCode(e.flaw().code());
        }
    }

    /**
     * Verifies a licence and puts it in the place of the one before, at once.
     *
     * @throws PlatformException as {@link #verify}; everything stays as it was then
     */
    public synchronized License install(byte[] file) {
        License license = verify(file);
        try {
            folder.writeLicense(file);
            seen = new Seen(now(), Math.max(seen.serial(), license.serial()));
            folder.writeSeen(seen);
        } catch (IOException e) {
            throw PlatformException.of(ErrorKind.INTERNAL, "The licence could not be kept")
                    .withCause(e);
        }
        held = new Held(license, null, "");
        LOG.info("Licence {} of {} is installed", license.id(), license.customer());
        changed.accept(granted(held));
        return license;
    }

    /** The id by which a vendor can bind a licence to this installation. */
    public synchronized String installation() {
        return folder.installation();
    }

    /** Remembers how late it is. */
    synchronized void noteTime() {
        Instant now = clock.instant();
        if (held == Held.NONE || !now.isAfter(seen.time())) {
            return; // without a licence time is of no concern
        }
        try {
            seen = new Seen(
                    now,
                    held.license() == null
                            ? seen.serial()
                            : Math.max(seen.serial(), held.license().serial()));
            folder.writeSeen(seen);
        } catch (IOException e) {
            LOG.warn("The time could not be kept beside the licence", e);
        }
    }

    private Instant now() {
        Instant now = clock.instant();
        Instant latest = seen.time();
        return now.isAfter(latest) ? now : latest;
    }

    private SortedSet<String> featureSets(Held current) {
        SortedSet<String> sets = granted(current);
        sets.addAll(community);
        return sets;
    }

    /** What needs a licence and has one. */
    private SortedSet<String> granted(Held current) {
        SortedSet<String> sets = new TreeSet<>(
                current.license() == null ? Set.of() : current.license().featureSets());
        sets.removeAll(community);
        return sets;
    }

    @Override
    public LicenseStatus status() {
        Held current = held;
        License license = current.license();
        if (license == null) {
            return new LicenseStatus(
                    current == Held.NONE ? State.COMMUNITY : State.INVALID,
                    null,
                    null,
                    0,
                    featureSets(current),
                    Map.of(),
                    null,
                    null,
                    null,
                    current.problem(),
                    current == Held.NONE ? List.of() : List.of("The licence counts for nothing: " + current.problem()));
        }
        Instant now = now();
        State state = state(license, now);
        return new LicenseStatus(
                state,
                license.id(),
                license.customer(),
                license.serial(),
                featureSets(current),
                license.limits(),
                license.notBefore(),
                license.expiresAt(),
                license.readOnlyFrom(),
                "",
                warnings(license, state, now));
    }

    private static State state(License license, Instant now) {
        if (now.isBefore(license.expiresAt())) {
            return State.VALID;
        }
        return now.isBefore(license.readOnlyFrom()) ? State.GRACE : State.EXPIRED;
    }

    private List<String> warnings(License license, State state, Instant now) {
        List<String> warnings = new ArrayList<>();
        if (clock.instant().plus(CORRECTION).isBefore(seen.time())) {
            warnings.add("The clock was set back: it was " + seen.time() + " before, and that is what counts");
        }
        switch (state) {
            case VALID -> {
                if (now.plus(SOON).isAfter(license.expiresAt())) {
                    warnings.add("The licence ends at " + license.expiresAt());
                }
            }
            case GRACE ->
                warnings.add("The licence ended at " + license.expiresAt() + "; its feature sets become read only at "
                        + license.readOnlyFrom());
            default -> warnings.add("The licence ended at " + license.expiresAt() + "; its feature sets are read only");
        }
        return warnings;
    }

    @Override
    public void requireWritable(long bundleId) {
        Set<String> licensed = new TreeSet<>(setsOf.apply(bundleId));
        licensed.removeAll(community);
        if (licensed.isEmpty()) {
            return;
        }
        License license = held.license();
        String why = "";
        if (license == null || !license.featureSets().containsAll(licensed)) {
            why = "is not licensed any more";
        } else if (state(license, now()) == State.EXPIRED) {
            why = "is read only since its licence ended, at " + license.expiresAt();
        }
        if (!why.isEmpty()) {
            throw PlatformException.of(ErrorKind.FORBIDDEN, String.join(", ", licensed) + " " + why)
                    .withCode("LICENSE_READ_ONLY")
                    .withDetail("feature_sets", List.copyOf(licensed));
        }
    }

    @Override
    public void requireRoom(String limit, LongSupplier used) {
        License license = held.license();
        Long allowed = license == null ? null : license.limits().get(limit);
        if (allowed == null) {
            return;
        }
        long there = used.getAsLong();
        if (there >= allowed) {
            throw PlatformException.of(
                            ErrorKind.FORBIDDEN, "The licence allows " + allowed + " " + limit + "; there are " + there)
                    .withCode("LICENSE_LIMIT")
                    .withDetail("limit", limit)
                    .withDetail("allowed", allowed);
        }
    }
}
