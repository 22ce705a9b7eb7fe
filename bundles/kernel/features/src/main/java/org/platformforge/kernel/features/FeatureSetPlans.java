package org.platformforge.kernel.features;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.karaf.features.Feature;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.license.LicenseStatus;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.api.module.RemovalVeto;
import org.platformforge.kernel.features.FeatureSetPlan.Action;

/** Works out what changes of feature sets would do, and what stands in their way. Changes nothing. Thread-safe. */
final class FeatureSetPlans {
    private final BundleContext context;
    private final KarafFeatures features;
    private final Licensing licensing;
    private final SetVersions versions;
    private final SetUpgrade upgrade;
    private final Supplier<List<RemovalVeto>> vetoes;

    FeatureSetPlans(
            BundleContext context,
            KarafFeatures features,
            Licensing licensing,
            SetVersions versions,
            SetUpgrade upgrade,
            Supplier<List<RemovalVeto>> vetoes) {
        this.context = context;
        this.features = features;
        this.licensing = licensing;
        this.versions = versions;
        this.upgrade = upgrade;
        this.vetoes = vetoes;
    }

    FeatureSetPlan install(Map<String, Feature> sets, Feature set) {
        Collection<Feature> coming = features.toInstall(sets, set);
        List<KarafFeatures.Jar> jars =
                coming.stream().flatMap(one -> jars(one).stream()).toList();
        List<String> objections = new ArrayList<>();
        coming.forEach(one -> unlicensed(one.getName()).ifPresent(objections::add));
        exporting(jars).forEach(objections::add);
        return new FeatureSetPlan(
                Action.INSTALL,
                coming.stream().map(Feature::getName).toList(),
                null,
                jars.stream()
                        .map(jar -> jar.symbolicName() + " " + jar.version())
                        .toList(),
                List.of(),
                objections);
    }

    FeatureSetPlan uninstall(Map<String, Feature> sets, Feature set) {
        List<String> objections = new ArrayList<>();
        sets.values().stream()
                .filter(other -> features.isInstalled(other)
                        && KarafFeatures.requires(sets, other).contains(set.getName()))
                .forEach(other -> objections.add(other.getName() + " needs it"));
        Map<Long, Bundle> own = bundles(set);
        vetoes.get().stream()
                .map(veto -> veto.objection(own.keySet()))
                .flatMap(Optional::stream)
                .forEach(objections::add);
        return new FeatureSetPlan(
                Action.UNINSTALL,
                features.isInstalled(set) ? List.of(set.getName()) : List.of(),
                null,
                own.values().stream()
                        .map(bundle -> bundle.getSymbolicName() + " " + bundle.getVersion())
                        .sorted()
                        .toList(),
                List.of(),
                objections);
    }

    /** The set's bundles that are there, updated ones too. */
    private Map<Long, Bundle> bundles(Feature set) {
        Set<String> names =
                jars(current(set)).stream().map(KarafFeatures.Jar::symbolicName).collect(Collectors.toSet());
        return Stream.of(context.getBundles())
                .filter(bundle -> names.contains(bundle.getSymbolicName()))
                .collect(Collectors.toMap(Bundle::getBundleId, bundle -> bundle));
    }

    FeatureSetPlan upgrade(Feature set, Feature target) {
        List<String> objections = new ArrayList<>();
        if (!features.isInstalled(set)) {
            objections.add(set.getName() + " is not installed");
        }
        unlicensed(set.getName()).ifPresent(objections::add);
        missing(target).forEach(name -> objections.add("it needs " + name + ", which comes with the platform only"));
        List<KarafFeatures.Jar> jars = jars(target);
        exporting(jars).forEach(objections::add);
        objections.addAll(upgrade.objections(jars(current(set)), jars));
        List<String> changes =
                upgrade.changes(jars).stream().map(SetUpgrade.Change::toString).toList();
        // an upgrade that was cut off at its end has nothing left to change but the version
        boolean same =
                changes.isEmpty() && target.getVersion().equals(current(set).getVersion());
        return new FeatureSetPlan(
                Action.UPGRADE,
                same ? List.of() : List.of(set.getName()),
                target.getVersion(),
                changes,
                List.of(),
                objections);
    }

    private List<String> missing(Feature set) {
        try {
            return features.missing(set);
        } catch (Exception e) {
            throw unreadable(e);
        }
    }

    private static Stream<String> exporting(List<KarafFeatures.Jar> jars) {
        return jars.stream()
                .filter(KarafFeatures.Jar::exports)
                .map(jar -> jar.symbolicName() + " exports packages, which could refresh others");
    }

    /** Why the set may not be there; empty when it may. */
    Optional<String> unlicensed(String name) {
        LicenseStatus status = licensing.status();
        if (status.featureSets().contains(name)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (status.state()) {
                    case COMMUNITY -> name + " needs a licence, and none is installed";
                    case INVALID ->
                        name + " needs a licence, and the one there counts for nothing: " + status.problem();
                    default -> name + " is not in the licence " + status.licenseId() + " of " + status.customer();
                });
    }

    /** The version an installed set is in. */
    Feature current(Feature set) {
        try {
            return features.isInstalled(set) ? versions.current(set) : set;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** The latest version there is. */
    Feature newest(Feature set) {
        try {
            return versions.newest(set);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * @param version null for the newest
     * @throws PlatformException {@code VALIDATION} when there is none such
     */
    Feature target(Feature set, String version) {
        try {
            return version == null
                    ? versions.newest(set)
                    : versions.find(set, version)
                            .orElseThrow(() -> PlatformException.invalid(
                                    "version", "is none that the platform has of " + set.getName()));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** @throws PlatformException {@code CONFLICT} when one is missing */
    static List<KarafFeatures.Jar> jars(Feature set) {
        try {
            return KarafFeatures.jars(set);
        } catch (IOException e) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT,
                            set.getName() + " is not complete in this distribution: a bundle is missing")
                    .withCause(e);
        }
    }

    static PlatformException unreadable(Exception cause) {
        return PlatformException.of(ErrorKind.INTERNAL, "The feature sets could not be read")
                .withCause(cause);
    }
}
