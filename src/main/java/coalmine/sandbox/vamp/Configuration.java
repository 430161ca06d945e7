package coalmine.sandbox.vamp;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.vamp.artifact.Tree;
import io.vertx.core.Future;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.OperatingSystemMXBean;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/** What {@code /info} and {@code /config} tell (facts 2.3): the settings of the official images, as far as they hold here. */
final class Configuration {

    private final String uuid = UUID.randomUUID().toString();
    private final SandboxClock clock;
    private final VampVersion version;
    private final MarathonDriver marathon;
    private final Map<String, Object> settings = new TreeMap<>();
    private final String runningSince;
    private final String marathonUrl;

    Configuration(
            SandboxClock clock,
            MarathonDriver marathon,
            String host,
            String vampAddress,
            String marathonUrl,
            String keyValueStore,
            String searchUrl,
            VampVersion version) {
        this.clock = clock;
        this.version = version;
        this.marathon = marathon;
        this.marathonUrl = marathonUrl;
        this.runningSince = clock.now().toString();
        // With the pace, so that whoever reaches it from elsewhere need not be told.
        settings.put(
                "vamp.info.message",
                "This is Coalmine's sandbox at pace " + clock.pace().text()
                        + ", which behaves like Vamp. It releases nothing but canaries.");
        settings.put("vamp.http-api.host", host);
        settings.put("vamp.http-api.port", Integer.parseInt(vampAddress.substring(vampAddress.lastIndexOf(':') + 1)));
        settings.put("vamp.http-api.sse.keep-alive-timeout", "15 seconds");
        settings.put("vamp.container-driver.type", "marathon");
        settings.put("vamp.container-driver.marathon.url", marathonUrl);
        settings.put("vamp.container-driver.marathon.sse", true);
        settings.put("vamp.container-driver.marathon.workflow-name-prefix", "vamp/workflow-");
        settings.put("vamp.gateway-driver.host", host);
        settings.put("vamp.gateway-driver.elasticsearch.metrics.index", "logstash-*");
        settings.put("vamp.gateway-driver.elasticsearch.metrics.type", "haproxy");
        settings.put("vamp.pulse.type", "elasticsearch");
        settings.put("vamp.pulse.elasticsearch.url", searchUrl);
        settings.put("vamp.persistence.key-value-store.type", "zookeeper");
        settings.put("vamp.persistence.key-value-store.base-path", "/vamp");
        settings.put("vamp.persistence.key-value-store.zookeeper.servers", keyValueStore);
        settings.put("vamp.model.default-deployable-type", "container/docker");
        settings.put("vamp.operation.synchronization.initial-delay", "5 seconds");
        settings.put("vamp.operation.synchronization.period", "3 seconds");
        settings.put("vamp.operation.synchronization.timeout.ready-for-deployment", "600 seconds");
        settings.put("vamp.operation.synchronization.timeout.ready-for-undeployment", "600 seconds");
        settings.put("vamp.operation.deployment.scale.instances", 1);
        settings.put("vamp.operation.deployment.scale.cpu", 0.2);
        settings.put("vamp.operation.deployment.scale.memory", "256MB");
        settings.put("vamp.operation.deployment.arguments", List.of("privileged=true"));
        settings.put("vamp.operation.gateway.port-range", "40000-45000");
        settings.put("vamp.operation.health.window", "30 seconds");
        settings.put("vamp.operation.metrics.window", "30 seconds");
        settings.put("vamp.workflow-driver.type", "marathon");
        settings.put("vamp.workflow-driver.workflow.network", "HOST");
        settings.put("vamp.workflow-driver.workflow.scale.instances", 1);
        settings.put("vamp.workflow-driver.workflow.scale.cpu", 0.1);
        settings.put("vamp.workflow-driver.workflow.scale.memory", "128MB");
    }

    Map<String, Object> settings() {
        return settings;
    }

    /** The whole of {@code /info}, or the parts that are asked for; it fails with any of them (facts 2.3). */
    Future<Map<String, Object>> info(List<String> parts) {
        Map<String, Object> info = Tree.of(
                "message",
                settings.get("vamp.info.message"),
                "version",
                version.toString(),
                "uuid",
                uuid,
                "running_since",
                runningSince);
        put(info, parts, "jvm", this::jvm);
        put(
                info,
                parts,
                "persistence",
                () -> Tree.of("database", Tree.of("type", "key-value", "caching", true), "archiving", true));
        put(info, parts, "key_value", () -> Tree.of("type", "zookeeper"));
        put(info, parts, "pulse", () -> Tree.of("type", "elasticsearch"));
        put(
                info,
                parts,
                "gateway_driver",
                () -> Tree.of("marshaller", Tree.of("haproxy", "1.6.x", "template", "default")));
        put(info, parts, "workflow_driver", () -> Tree.of("marathon", Tree.of("url", marathonUrl)));
        if (!parts.isEmpty() && !parts.contains("container_driver")) {
            return Future.succeededFuture(info);
        }
        return marathon.info().map(answer -> {
            info.put(
                    "container_driver", Tree.of("type", "marathon", "container", Tree.of("marathon", answer.getMap())));
            return info;
        });
    }

    private static void put(Map<String, Object> info, List<String> parts, String part, Supplier<Object> content) {
        if (parts.isEmpty() || parts.contains(part)) {
            info.put(part, content.get());
        }
    }

    private Object jvm() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Tree.of(
                "operating_system",
                Tree.of(
                        "name", system.getName(),
                        "architecture", system.getArch(),
                        "version", system.getVersion(),
                        "available_processors", (double) system.getAvailableProcessors(),
                        "system_load_average", system.getSystemLoadAverage()),
                "runtime",
                Tree.of(
                        "process", runtime.getName(),
                        "virtual_machine_name", runtime.getVmName(),
                        "virtual_machine_vendor", runtime.getVmVendor(),
                        "virtual_machine_version", runtime.getVmVersion(),
                        "start_time", runtime.getStartTime(),
                        "up_time", clock.elapsed().toMillis()),
                "memory",
                Tree.of("heap", usage(memory.getHeapMemoryUsage()), "non_heap", usage(memory.getNonHeapMemoryUsage())),
                "threads",
                Tree.of(
                        "count", threads.getThreadCount(),
                        "peak_count", threads.getPeakThreadCount(),
                        "daemon_count", threads.getDaemonThreadCount(),
                        "total_started_count", threads.getTotalStartedThreadCount()));
    }

    private static Map<String, Object> usage(MemoryUsage usage) {
        return Tree.of(
                "init",
                usage.getInit(),
                "max",
                usage.getMax(),
                "committed",
                usage.getCommitted(),
                "used",
                usage.getUsed());
    }

    /** One setting, or empty if there is none of that name. */
    Optional<Object> setting(String key) {
        return Optional.ofNullable(settings.get(key));
    }
}
