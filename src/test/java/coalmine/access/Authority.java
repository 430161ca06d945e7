package coalmine.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** An authority of somebody's own, which signs certificates for servers: made with Java's keytool, in a second. */
public final class Authority {

    /** Of the key stores. */
    static final String PASSWORD = "changeit";

    /** What the server's key is called in them. */
    static final String SERVER = "server";

    private final Path folder;

    /**
     * @param folder an empty one
     */
    public Authority(Path folder) {
        this.folder = folder;
        keytool("ca.p12", "-genkeypair", "-alias", "ca", "-dname", "CN=Our Own Authority", "-ext", "bc:c");
        keytool("ca.p12", "-exportcert", "-alias", "ca", "-rfc", "-file", pem().toString());
    }

    /** Its own certificate, for those who are to believe it. */
    public Path pem() {
        return folder.resolve("ca.pem");
    }

    /**
     * A key store with a key and a certificate for a server.
     *
     * @param names as keytool takes them, such as {@code ip:127.0.0.1}
     */
    public Path certify(String names) {
        Path store = folder.resolve(names.replaceAll("[^a-z0-9]", "-") + ".p12");
        try {
            Files.copy(folder.resolve("ca.p12"), store);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keytool(
                store.getFileName().toString(),
                "-genkeypair",
                "-alias",
                SERVER,
                "-dname",
                "CN=server",
                "-signer",
                "ca",
                "-ext",
                "SAN=" + names);
        return store;
    }

    private void keytool(String store, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", folder.resolve(store).toString(), "-storepass", PASSWORD));
        if (Stream.of(arguments).anyMatch("-genkeypair"::equals)) {
            command.addAll(List.of("-keyalg", "EC", "-validity", "2"));
        }
        Path said = folder.resolve("keytool.log");
        try {
            Process keytool = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            assertThat(keytool.waitFor()).as(Files.readString(said)).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
