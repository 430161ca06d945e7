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

    public static final String PASSWORD = "changeit";

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
        String store = names.replaceAll("[^a-z0-9]", "-") + ".p12";
        String request = folder.resolve(store + ".csr").toString();
        String signed = folder.resolve(store + ".pem").toString();
        String extension = "SAN=" + names;
        keytool(store, "-genkeypair", "-alias", "server", "-dname", "CN=server");
        keytool(store, "-certreq", "-alias", "server", "-file", request);
        keytool(
                "ca.p12",
                "-gencert",
                "-alias",
                "ca",
                "-ext",
                extension,
                "-rfc",
                "-infile",
                request,
                "-outfile",
                signed);
        keytool(store, "-importcert", "-alias", "ca", "-noprompt", "-file", pem().toString());
        keytool(store, "-importcert", "-alias", "server", "-noprompt", "-file", signed);
        return folder.resolve(store);
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
