package org.platformforge.extension.verifier;

import org.platformforge.extension.verifier.Finding.Severity;

/** What kind of finding it is; the names are stable. */
public enum Code {
    /** The file is missing, no regular file, or cannot be read. */
    UNREADABLE,
    /** More bytes, entries or unpacked bytes than an extension may have. */
    TOO_LARGE,
    /** Not a ZIP archive, cut off, or its two tables of contents do not say the same. */
    ARCHIVE_CORRUPT,
    /** Encrypted, Zip64, several disks, or a method other than stored and deflated. */
    ARCHIVE_FEATURE,
    /** A name that leads out of the archive, or that another system reads differently. */
    ENTRY_NAME,
    ENTRY_DUPLICATE,
    SYMLINK,
    /** An archive where none may be. */
    NESTED_ARCHIVE,
    /** An entry of the outer archive that is no bundle. */
    UNEXPECTED_ENTRY(Severity.WARNING),
    /** No bundle, or not exactly one with an extension's manifest. */
    BUNDLE_COUNT,

    /** {@code META-INF/MANIFEST.MF} cannot be read. */
    BUNDLE_MANIFEST_SYNTAX,
    BUNDLE_SYMBOLIC_NAME,
    BUNDLE_VERSION,
    /** A header that would break through a wall. */
    BUNDLE_HEADER,
    /** A header the platform does nothing with. */
    BUNDLE_HEADER_UNKNOWN(Severity.WARNING),
    NATIVE_CODE,
    EXPORT_FOREIGN,
    /** Two bundles of the artifact have classes of one exported package. */
    EXPORT_CLASH,
    EXPORT_NEEDLESS(Severity.WARNING),
    IMPORT_NOT_ALLOWED,
    /** Optional, and never there. */
    IMPORT_UNUSED(Severity.WARNING),
    IMPORT_DUPLICATE,
    REQUIREMENT_NOT_ALLOWED,

    MANIFEST_MISSING,
    MANIFEST_SYNTAX,
    MANIFEST_UNKNOWN_KEY,
    MANIFEST_MISSING_KEY,
    MANIFEST_VALUE,
    LICENSE_UNKNOWN(Severity.WARNING),
    CONFIGURATION_SCHEMA,

    /** A class that cannot be read, or asks for more work than a compiler's output would. */
    CLASS_MALFORMED,
    /** Made for a newer Java than the platform's. */
    CLASS_VERSION,
    /** Needs a permission the manifest's {@code permissions.unsafe} does not name. */
    CODE_PERMISSION,
    /** Reaches for something no extension may have. */
    CODE_FORBIDDEN,
    /** Asks for a permission its code does not need. */
    PERMISSION_UNUSED(Severity.WARNING),

    RESOURCE_API,
    RESOURCE_PATH,
    RESOURCE_ENDPOINT,
    RESOURCE_PERMISSION,
    COMPONENT_SYNTAX,
    COMPONENT_SERVICE,
    COMPONENT_REFERENCE,
    /** Nothing the platform could use. */
    NO_EXTENSION_POINT(Severity.WARNING),

    /** There were more findings than are told. */
    MORE;

    private final Severity severity;

    Code() {
        this(Severity.ERROR);
    }

    Code(Severity severity) {
        this.severity = severity;
    }

    public Severity severity() {
        return severity;
    }
}
