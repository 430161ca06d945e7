package coalmine.platform;

import coalmine.access.Server;
import coalmine.time.Pace;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Vamp's official quick start image, {@code magneticio/vamp-docker}: one container for all scenarios, which takes its ports on this machine itself and
 * starts the services' containers beside it on the same engine. It is run as its documentation says.
 */
final class QuickStart implements Platform {

    private static final String HOST = "127.0.0.1";
    private static final int VAMP = 8080;
    private static final int MARATHON = 9090;
    private static final String DOCKER_SOCKET = "/var/run/docker.sock";
    private static final String CGROUP = "/sys/fs/cgroup";
    /** It starts ZooKeeper, Mesos, Marathon, Elasticsearch and Vamp, one after the other. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final VampContainer container;
    private final RemotePlatform vamp;
    private final String image;

    private QuickStart(VampContainer container, RemotePlatform vamp, String image) {
        this.container = container;
        this.vamp = vamp;
        this.image = image;
    }

    /**
     * What its documentation demands of the machine.
     *
     * @param dockerSocket the engine's socket on this machine
     * @param dockerClient the {@code docker} command on this machine, which it runs
     * @param hostAddress this machine's address in its network
     */
    record Machine(String dockerSocket, Path dockerClient, String hostAddress) {

        /**
         * The machine that this runs on.
         *
         * @throws IllegalStateException if it lacks something; the message says what
         */
        static Machine here() {
            Path client = onPath("docker")
                    .orElseThrow(
                            () -> new IllegalStateException(
                                    "the quick start image needs the docker command of this machine, and there is none on the PATH; install it"));
            String address = NetworkAddress.first()
                    .orElseThrow(() -> new IllegalStateException(
                            "the quick start image needs an address of this machine in a network, and it has none"));
            String engine = Optional.ofNullable(System.getenv("DOCKER_HOST")).orElse("");
            return new Machine(
                    engine.startsWith("unix://") ? engine.substring("unix://".length()) : DOCKER_SOCKET,
                    client,
                    address);
        }

        private static Optional<Path> onPath(String command) {
            return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                    .filter(folder -> !folder.isEmpty())
                    .map(folder -> Path.of(folder, command))
                    .filter(Files::isExecutable)
                    .findFirst();
        }

        /** As on its documentation's command line. */
        void shape(CreateContainerCmd create) {
            create.withEnv("DOCKER_HOST_IP=" + hostAddress);
            create.withHostConfig(Optional.ofNullable(create.getHostConfig())
                    .orElseGet(HostConfig::newHostConfig)
                    .withPrivileged(true)
                    .withNetworkMode("host")
                    .withBinds(
                            new Bind(dockerSocket, new Volume(DOCKER_SOCKET)),
                            new Bind(dockerClient.toString(), new Volume("/bin/docker"), AccessMode.ro),
                            new Bind(CGROUP, new Volume(CGROUP))));
        }
    }

    /**
     * Starts it.
     *
     * @throws IllegalStateException if it cannot be; the message says what mends it
     */
    static QuickStart start(String image, Pace pace, Collection<Integer> gatewayPorts) {
        Machine machine = Machine.here();
        Stream.concat(Stream.of(VAMP, MARATHON), gatewayPorts.stream())
                .forEach(port -> ContainerPlatform.checkThatPortIsFree(HOST, port));
        URI vamp = URI.create("http://" + HOST + ":" + VAMP);
        URI marathon = URI.create("http://" + HOST + ":" + MARATHON);
        VampContainer container = VampContainer.start(image, machine::shape, vamp, marathon, PATIENCE);
        try {
            return new QuickStart(
                    container,
                    new RemotePlatform(new Endpoints(Server.at(vamp), Server.at(marathon), HOST), pace),
                    image);
        } catch (RuntimeException e) {
            container.close();
            throw e;
        }
    }

    @Override
    public String description() {
        return vamp.description() + ", in a container of " + image;
    }

    @Override
    public Pace pace() {
        return vamp.pace();
    }

    @Override
    public int capacity() {
        return vamp.capacity();
    }

    @Override
    public Optional<String> cannotBe(Set<String> vamps) {
        return vamp.cannotBe(vamps);
    }

    @Override
    public Environment lend(Set<String> vamps) {
        return vamp.lend(vamps);
    }

    @Override
    public void close() {
        container.close();
    }
}
