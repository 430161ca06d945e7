package coalmine.sandbox.workflow;

import com.caoccao.javet.enums.JSRuntimeType;
import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.interop.loader.JavetLibLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The files that Node.js needs as files, unpacked once to a known place that all agents of this user share: Javet's native library of 77 MB, which
 * Javet itself would unpack at every start and leave behind, and the modules that a workflow may require.
 */
final class UnpackedFiles {

    private static final List<String> MODULES = List.of("vamp-node-client/index.js", "highland/index.js");

    private static final String MODULE_ROOT = "/coalmine/sandbox/workflow/node_modules/";

    private UnpackedFiles() {}

    /** The folder in which the native library lies under its own name. */
    static Path nativeLibraryFolder() {
        try {
            JavetLibLoader loader = new JavetLibLoader(JSRuntimeType.Node);
            Path folder = root().resolve("javet-" + JavetLibLoader.LIB_VERSION);
            unpack(loader.getResourceFileName(), folder.resolve(loader.getLibFileName()));
            return folder;
        } catch (JavetException e) {
            throw new IllegalStateException("there is no Node.js for this operating system: " + e.getMessage(), e);
        }
    }

    /** The folder of the modules, to be searched as a {@code node_modules}; each version of them has its own. */
    static Path modules() {
        Path folder = root().resolve("modules-" + fingerprint()).resolve("node_modules");
        MODULES.forEach(name -> unpack(MODULE_ROOT + name, folder.resolve(name)));
        return folder;
    }

    private static String fingerprint() {
        CRC32 checksum = new CRC32();
        for (String name : MODULES) {
            try (InputStream content = UnpackedFiles.class.getResourceAsStream(MODULE_ROOT + name)) {
                checksum.update(content.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the module " + name, e);
            }
        }
        return Long.toHexString(checksum.getValue());
    }

    private static Path root() {
        return Path.of(System.getProperty("java.io.tmpdir"), "coalmine-" + System.getProperty("user.name"));
    }

    /** Whoever is first puts the file there whole; the others find it. */
    private static void unpack(String resource, Path file) {
        if (Files.exists(file)) {
            return;
        }
        try (InputStream content = UnpackedFiles.class.getResourceAsStream(resource)) {
            if (content == null) {
                throw new IllegalStateException(resource + " is missing from the class path");
            }
            Files.createDirectories(file.getParent());
            Path partial =
                    Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
            Files.copy(content, partial, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            return; // another process was faster, which is as good
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + resource + " to " + file, e);
        }
    }
}
