package coalmine.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How this program was started, for messages that name a command to be typed. */
final class Launcher {

    private Launcher() {}

    /** What stands before the command's own words. */
    static String command() {
        Path classes = classes();
        return Files.isDirectory(classes) ? "coalmine" : "java -jar " + relative(classes);
    }

    private static Path classes() {
        try {
            return Path.of(Launcher.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Coalmine cannot find its own classes", e);
        }
    }

    private static Path relative(Path jar) {
        Path here = Path.of("").toAbsolutePath();
        return jar.startsWith(here) ? here.relativize(jar) : jar;
    }
}
