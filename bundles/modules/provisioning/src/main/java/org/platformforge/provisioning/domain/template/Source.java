package org.platformforge.provisioning.domain.template;

/**
 * Where a template is from.
 *
 * @param name the extension's id, or the name of the platform's bundle
 * @param version of the extension; null for a bundle of the platform
 */
public record Source(String name, String version) {
    static Source platform(String bundle) {
        return new Source(bundle, null);
    }

    public boolean isExtension() {
        return version != null;
    }

    @Override
    public String toString() {
        return version == null ? name : name + " " + version;
    }
}
