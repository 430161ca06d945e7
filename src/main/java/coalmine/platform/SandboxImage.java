package coalmine.platform;

import com.github.dockerjava.api.command.InspectImageResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.testcontainers.images.builder.ImageFromDockerfile;

/** Our own image, which has the sandbox in it. It is made of the runnable jar, and of the Java that runs this. */
public final class SandboxImage {

    /** What it is called. */
    public static final String NAME = "coalmine/sandbox";

    /** The label that tells it from others, and of what it was made. */
    static final String LABEL = "coalmine.sandbox";

    private static final String DOCKERFILE = "/coalmine/docker/Dockerfile";

    private SandboxImage() {}

    /**
     * Builds it, unless it is there and was made of the same.
     *
     * @throws IllegalStateException if it cannot be built; the message says what mends it
     */
    public static void build() {
        Path jar = jar();
        String contents = contents(jar);
        Optional<InspectImageResponse> there = Engine.imageHere(NAME);
        if (there.map(image -> contents.equals(Engine.labels(image).get(LABEL))).orElse(false)) {
            return;
        }
        Path folder = jar.resolveSibling("docker");
        try {
            JavaRuntime.make(folder.resolve("root"));
            new ImageFromDockerfile(NAME, false)
                    .withFileFromString("Dockerfile", dockerfile() + "LABEL " + LABEL + "=" + contents + "\n")
                    .withFileFromPath("coalmine.jar", jar)
                    .withFileFromPath("root", folder.resolve("root"))
                    .get();
            there.ifPresent(Engine::forget);
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "the image " + NAME + " cannot be built: " + Engine.rootMessage(e)
                            + "; -Dcoalmine.vamp.image names one that was built elsewhere",
                    e);
        }
    }

    /** The runnable jar that Maven has packaged of these classes, or the one that this was started from under another name. */
    private static Path jar() {
        try {
            Path code = Path.of(SandboxImage.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path beside = code.resolveSibling("coalmine.jar");
            Path jar = Files.isDirectory(code) || Files.isRegularFile(beside) ? beside : code;
            if (!Files.isRegularFile(jar)) {
                throw new IllegalStateException(
                        "the image " + NAME + " is made of " + jar + ", which is not there; mvn package makes it");
            }
            return jar.toAbsolutePath();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Coalmine cannot find its own classes", e);
        }
    }

    private static String contents(Path jar) {
        try (InputStream content = Files.newInputStream(jar)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(JavaRuntime.version().getBytes(StandardCharsets.UTF_8));
            digest.update(dockerfile().getBytes(StandardCharsets.UTF_8));
            byte[] block = new byte[1 << 16];
            for (int read = content.read(block); read >= 0; read = content.read(block)) {
                digest.update(block, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (IOException e) {
            throw new UncheckedIOException(jar + " cannot be read", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String dockerfile() {
        try (InputStream file = SandboxImage.class.getResourceAsStream(DOCKERFILE)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the Dockerfile cannot be read", e);
        }
    }
}
