package org.platformforge.kernel.security.config;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;

/** Where the platform keeps its files: {@code data.folder}, else the property {@code forge.data}, else {@code data}. */
@Component(service = DataFolder.class, configurationPid = SecurityConfig.PID)
public final class DataFolder {
    private final Path root;

    @Activate
    public DataFolder(SecurityConfig config, BundleContext context) {
        this(root(config.data_folder(), context.getProperty("forge.data")));
    }

    public DataFolder(Path root) {
        this.root = root;
    }

    /** Another folder takes effect at the next start: files in use do not move. */
    @Modified
    void modified() {}

    private static Path root(String configured, String property) {
        if (configured != null && !configured.isBlank()) {
            return Path.of(configured.strip());
        }
        return Path.of(property == null || property.isBlank() ? "data" : property);
    }

    public Path resolve(String name) {
        return root.resolve(name);
    }

    /** The folder of this name, made with mode 0700 when it is not there. */
    public Path privateFolder(String name) throws IOException {
        Path folder = resolve(name);
        return Files.isDirectory(folder) ? folder : Files.createDirectories(folder, ownerOnly("rwx------"));
    }

    /** The file attributes of a mode, none where the file system has no modes. */
    public static FileAttribute<?>[] ownerOnly(String mode) {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))};
    }
}
