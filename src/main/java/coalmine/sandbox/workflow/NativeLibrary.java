package coalmine.sandbox.workflow;

import com.caoccao.javet.enums.JSRuntimeType;
import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.interop.loader.JavetLibLoader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Node.js as a native library, unpacked once for all processes and kept. Left to itself, Javet unpacks its 77 MB into the temporary folder at
 * every start and leaves them there.
 */
final class NativeLibrary {

    private NativeLibrary() {}

    /**
     * Unpacks the library unless that was done before. Several processes may do so at once.
     *
     * @return the folder that the library is in
     * @throws IOException if it cannot be unpacked, or if it is not on the class path for this operating system
     */
    static Path folder() throws IOException {
        JavetLibLoader loader = new JavetLibLoader(JSRuntimeType.Node);
        String resource = name(loader::getResourceFileName);
        URL packed = JavetLibLoader.class.getResource(resource);
        if (packed == null) {
            throw new IOException("Node.js is not on the class path for this operating system: no resource " + resource
                    + ", which a profile of the pom.xml selects");
        }
        Path folder = ownFolder();
        Path library = folder.resolve(name(loader::getLibFileName));
        URLConnection connection = packed.openConnection();
        // A cached jar file would be closed under the feet of the class loader that shares it.
        connection.setUseCaches(false);
        try (InputStream content = connection.getInputStream()) {
            if (!Files.exists(library) || Files.size(library) != connection.getContentLengthLong()) {
                Path unfinished = Files.createTempFile(folder, "unpacking", ".part");
                try {
                    Files.copy(content, unfinished, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(unfinished, library, StandardCopyOption.ATOMIC_MOVE);
                } finally {
                    Files.deleteIfExists(unfinished);
                }
            }
        }
        return folder;
    }

    /** A folder that only this user can write to, because what lies in it gets loaded. */
    private static Path ownFolder() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        String user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9._-]", "_");
        Path folder = temporary.resolve("coalmine-javet-" + JavetLibLoader.LIB_VERSION + "-" + user);
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return Files.createDirectories(folder);
        }
        try {
            return Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException exists) {
            Path own = Files.createTempFile(temporary, "coalmine", ".owner");
            try {
                if (Files.isDirectory(folder) && Files.getOwner(folder).equals(Files.getOwner(own))) {
                    return folder;
                }
            } finally {
                Files.delete(own);
            }
            throw new IOException(folder + " belongs to somebody else; remove it or set java.io.tmpdir", exists);
        }
    }

    private interface Name {
        String get() throws JavetException;
    }

    private static String name(Name name) throws IOException {
        try {
            return name.get();
        } catch (JavetException unknown) {
            throw new IOException("Node.js does not exist for this operating system: " + unknown.getMessage(), unknown);
        }
    }
}
