package coalmine.platform;

import coalmine.access.Server;
import coalmine.sandbox.net.PortHolder;
import coalmine.time.Pace;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * A sandbox in a container of its own for every scenario. Its ports are mapped to a loopback address of its own, so that a gateway has the port that a
 * recipe names; the APIs have other ports where somebody holds theirs.
 */
public final class ContainerPlatform implements Platform {

    static final String IMAGE_PROPERTY = "coalmine.vamp.image";

    private static final int VAMP = 8080;
    private static final int MARATHON = 9090;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String USUAL_VAMP = "0.9.2";
    private static final List<String> VERSIONS = List.of(USUAL_VAMP, "0.9.5");

    private final String image;
    private final Pace pace;
    private final Set<Integer> gatewayPorts;
    private final Admission admission;
    private final Queue<String> freeAddresses = new ConcurrentLinkedQueue<>();

    ContainerPlatform(String image, Pace pace, Collection<Integer> gatewayPorts) {
        this.image = image;
        this.pace = pace;
        this.gatewayPorts = new TreeSet<>(gatewayPorts);
        List<String> addresses = SandboxPlatform.loopbackAddresses();
        int most = Math.min(addresses.size(), 2 * Runtime.getRuntime().availableProcessors());
        this.admission = Admission.onThisMachine(1, most);
        freeAddresses.addAll(addresses.subList(0, most));
    }

    /**
     * The platform of the image that the system property {@value #IMAGE_PROPERTY} names; without it our own, which is built if need be.
     *
     * @param own the pace of a sandbox
     * @param real the pace of anything else
     * @throws IllegalArgumentException if there is no such image
     * @throws IllegalStateException if there is no engine that works, or the image cannot be built; the message says what mends it
     */
    static Platform chosen(Pace own, Pace real, Collection<Integer> gatewayPorts) {
        Engine.problem().ifPresent(problem -> {
            throw new IllegalStateException(problem);
        });
        String image = System.getProperty(IMAGE_PROPERTY, "");
        if (image.isBlank()) {
            SandboxImage.build();
            return new ContainerPlatform(SandboxImage.NAME, own, gatewayPorts);
        }
        return Engine.labels(Engine.image(image)).containsKey(SandboxImage.LABEL)
                ? new ContainerPlatform(image, own, gatewayPorts)
                : QuickStart.start(image, real, gatewayPorts);
    }

    @Override
    public String description() {
        return SandboxPlatform.description(pace, "0.9.2, or 0.9.5 where a scenario says so,") + " in containers of "
                + image;
    }

    @Override
    public Pace pace() {
        return pace;
    }

    @Override
    public int capacity() {
        return admission.most();
    }

    @Override
    public Optional<String> cannotBe(Set<String> vamps) {
        return Optional.empty();
    }

    @Override
    public Optional<String> cannotBeRestarted() {
        return Optional.empty();
    }

    @Override
    public Environment lend(Set<String> vamps) {
        String version = vamps.isEmpty() || vamps.contains(USUAL_VAMP)
                ? USUAL_VAMP
                : VERSIONS.stream()
                        .filter(vamps::contains)
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no sandbox behaves like Vamp " + vamps));
        try {
            admission.enter();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a container", e);
        }
        String address = freeAddresses.remove();
        try {
            return start(address, version);
        } catch (RuntimeException | Error e) {
            gone(address);
            throw e;
        }
    }

    private void gone(String address) {
        freeAddresses.add(address);
        admission.leave();
    }

    private Lent start(String address, String version) {
        gatewayPorts.forEach(port -> checkThatPortIsFree(address, port));
        int vampPort = portOr(address, VAMP);
        int marathonPort = portOr(address, MARATHON);
        URI vamp = URI.create("http://" + address + ":" + vampPort);
        URI marathon = URI.create("http://" + address + ":" + marathonPort);
        List<PortBinding> ports = Stream.concat(
                        Stream.of(bind(address, vampPort, VAMP), bind(address, marathonPort, MARATHON)),
                        gatewayPorts.stream().map(port -> bind(address, port, port)))
                .toList();
        return new Lent(
                address,
                vamp,
                marathon,
                VampContainer.start(image, create -> shape(create, version, ports), vamp, marathon, PATIENCE));
    }

    private void shape(CreateContainerCmd create, String version, List<PortBinding> ports) {
        create.withCmd("--vamp", version, "--pace", Double.toString(pace.platformSecondsPerSecond()));
        create.withExposedPorts(ports.stream().map(PortBinding::getExposedPort).toList());
        create.getHostConfig().withPortBindings(ports);
    }

    private static PortBinding bind(String address, int port, int containerPort) {
        return new PortBinding(Ports.Binding.bindIpAndPort(address, port), ExposedPort.tcp(containerPort));
    }

    /** Docker would name the port, but nobody who holds it. */
    static void checkThatPortIsFree(String address, int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName(address))) {
            probe.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(
                    PortHolder.inUse(address, port)
                            + ", and a gateway needs it: end that, or change the port in the recipe",
                    e);
        }
    }

    /** The port, if it is free, or another one that is. */
    private static int portOr(String address, int port) {
        for (int candidate : new int[] {port, 0}) {
            try (ServerSocket probe = new ServerSocket(candidate, 1, InetAddress.getByName(address))) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                // then the other one
            }
        }
        throw new IllegalStateException("no port of " + address + " is free");
    }

    @Override
    public void close() {
        // Every container ends when it is given back.
        admission.close();
    }

    private final class Lent implements Environment {
        private final String address;
        private final URI vamp;
        private final URI marathon;
        private final VampContainer container;

        private Lent(String address, URI vamp, URI marathon, VampContainer container) {
            this.address = address;
            this.vamp = vamp;
            this.marathon = marathon;
            this.container = container;
        }

        @Override
        public Server vamp() {
            return Server.at(vamp);
        }

        @Override
        public Server marathon() {
            return Server.at(marathon);
        }

        @Override
        public String gatewayHost() {
            return address;
        }

        @Override
        public Pace pace() {
            return pace;
        }

        @Override
        public Duration allowance() {
            return LentSandbox.ALLOWANCE;
        }

        @Override
        public List<String> workflowOutput() {
            return List.of();
        }

        @Override
        public void killAndStart() {
            container.killAndStart();
        }

        @Override
        public void close() {
            try {
                container.close();
            } finally {
                gone(address);
            }
        }
    }
}
