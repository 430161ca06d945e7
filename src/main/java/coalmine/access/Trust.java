package coalmine.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Whose certificates are believed: those that Java believes, and those of an authority of one's own. There is no way to believe all of them. */
public final class Trust {

    private final SSLContext context;

    private Trust(SSLContext context) {
        this.context = context;
    }

    private static SSLContext believing(Collection<? extends Certificate> own)
            throws GeneralSecurityException, IOException {
        KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
        all.load(null, null);
        int number = 0;
        for (Certificate certificate : accepted()) {
            all.setCertificateEntry("usual " + number++, certificate);
        }
        for (Certificate certificate : own) {
            all.setCertificateEntry("own " + number++, certificate);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers(all).getTrustManagers(), null);
        return context;
    }

    /** What Java believes: its own list, or that of {@code -Djavax.net.ssl.trustStore}. */
    private static List<X509Certificate> accepted() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return List.of(x509.getAcceptedIssuers());
            }
        }
        return List.of();
    }

    private static TrustManagerFactory managers(KeyStore certificates) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(certificates);
        return factory;
    }

    /** What Java believes. */
    public static Trust usual() {
        try {
            return new Trust(SSLContext.getDefault());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS: " + e.getMessage(), e);
        }
    }

    /**
     * What Java believes, and an authority of one's own.
     *
     * @param pem a file with one or more certificates, each between {@code -----BEGIN CERTIFICATE-----} and its end
     * @throws IllegalArgumentException if there is no certificate in it
     */
    public static Trust alsoIn(Path pem) {
        try (InputStream file = Files.newInputStream(pem)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(file);
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException(pem + " holds no certificate; it is to be a PEM file");
            }
            return new Trust(believing(certificates));
        } catch (CertificateException e) {
            throw new IllegalArgumentException(pem + " holds no certificate; it is to be a PEM file", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(pem + " cannot be read", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS: " + e.getMessage(), e);
        }
    }

    /** For connections of TLS. */
    public SSLContext context() {
        return context;
    }
}
