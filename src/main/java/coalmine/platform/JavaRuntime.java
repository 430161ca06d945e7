package coalmine.platform;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * A root folder with a Java runtime in it that needs nothing but a Linux kernel: {@code jlink} of the JDK that runs this, and the libraries of the
 * machine's C and C++ that it is linked with; and a folder for temporary files that everybody may write to.
 */
final class JavaRuntime {

    /** What {@code jdeps} finds in the runnable jar, and what only services ask for: the file system of jars, elliptic curves for TLS. */
    static final List<String> MODULES = List.of(
            "java.compiler",
            "java.desktop",
            "java.logging",
            "java.management",
            "java.naming",
            "java.net.http",
            "java.prefs",
            "java.security.jgss",
            "java.sql",
            "jdk.crypto.ec",
            "jdk.httpserver",
            "jdk.jfr",
            "jdk.management",
            "jdk.unsupported",
            "jdk.zipfs");

    /** A line of {@code ldd}: {@code libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x…)}, or {@code /lib64/ld-linux-x86-64.so.2 (0x…)}. */
    private static final Pattern LIBRARY = Pattern.compile("(?:=> |^\\s+)(/\\S+) \\(");

    private static final Pattern MISSING = Pattern.compile("(\\S+) => not found");

    private JavaRuntime() {}

    /** What tells one runtime from another. */
    static String version() {
        return System.getProperty("java.runtime.version") + " of " + System.getProperty("java.vendor") + " for "
                + System.getProperty("os.name") + " on " + System.getProperty("os.arch") + " with " + MODULES;
    }

    /**
     * Makes one, unless the same was made there before.
     *
     * @param root an absolute path; what is there is replaced
     * @throws IllegalStateException if this machine cannot make one; the message says why
     */
    static void make(Path root) {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new IllegalStateException(
                    "a Java runtime for Linux cannot be made on " + System.getProperty("os.name"));
        }
        Path made = root.resolveSibling(root.getFileName() + ".version");
        try {
            if (Files.exists(made) && Files.readString(made).equals(version())) {
                return;
            }
            Files.deleteIfExists(made);
            delete(root);
            Files.createDirectories(root);
            Path temporary = Files.createDirectory(root.resolve("tmp"));
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
            link(root.resolve("java"));
            for (Path library : libraries(root)) {
                Path copy = root.resolve(Path.of("/").relativize(library));
                Files.createDirectories(copy.getParent());
                Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.writeString(made, version());
        } catch (IOException e) {
            throw new UncheckedIOException("no Java runtime could be made at " + root, e);
        }
    }

    /** Without the libraries of the desktop: nobody looks at one, and they need half of X11. */
    private static void link(Path runtime) {
        ToolProvider jlink = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new IllegalStateException(
                        "the Java at " + System.getProperty("java.home") + " has no jlink; a JDK has"));
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int code = jlink.run(
                out,
                out,
                "--add-modules",
                String.join(",", MODULES),
                "--no-header-files",
                "--no-man-pages",
                "--exclude-files",
                "/java.desktop/lib/*.so",
                "--output",
                runtime.toString());
        if (code != 0) {
            throw new IllegalStateException(
                    "jlink has failed: " + said.toString().strip());
        }
    }

    /** Libraries outside of the runtime that its own need; its own find each other when they are loaded, which {@code ldd} cannot know. */
    private static Set<Path> libraries(Path root) throws IOException {
        List<String> command = new ArrayList<>(List.of("ldd"));
        Set<String> own = new LinkedHashSet<>();
        try (Stream<Path> files = Files.walk(root.resolve("java"))) {
            files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".so")
                            || file.getFileName().toString().matches("java|jspawnhelper"))
                    .forEach(file -> {
                        command.add(file.toString());
                        own.add(file.getFileName().toString());
                    });
        }
        Process ldd = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        List<String> missing = MISSING.matcher(output)
                .results()
                .map(found -> found.group(1))
                .filter(name -> !own.contains(name))
                .distinct()
                .toList();
        if (!missing.isEmpty()) {
            throw new IllegalStateException("the Java at " + System.getProperty("java.home") + " needs " + missing
                    + ", which this machine does not have");
        }
        Set<Path> libraries = new LinkedHashSet<>();
        output.lines()
                .map(LIBRARY::matcher)
                .filter(Matcher::find)
                .map(found -> Path.of(found.group(1)))
                .filter(library -> !library.startsWith(root))
                .forEach(libraries::add);
        return libraries;
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
