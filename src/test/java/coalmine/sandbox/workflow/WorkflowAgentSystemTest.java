package coalmine.sandbox.workflow;

import static coalmine.sandbox.workflow.Workflows.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import coalmine.time.Pace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkflowAgentSystemTest {

    private static final Pace PACE = new Pace(50);
    /** A script that starts two programs, and one that waits for them. */
    private static final String SPAWNS =
            "require('child_process').spawn('sh', ['-c', 'sleep 600; true']); setInterval(() => {}, 1000)";

    private static final String WAITS = "require('child_process').execSync('sleep 600; true')";

    private static AgentProcess agent;

    private Workflows workflows;

    @BeforeAll
    static void start_the_agent() {
        agent = AgentProcess.start();
        agent.ready().orTimeout(30, TimeUnit.SECONDS).join();
    }

    @AfterAll
    static void end_the_agent() {
        agent.close();
    }

    @BeforeEach
    void start_a_sandbox() {
        workflows = new Workflows(agent, PACE);
    }

    @AfterEach
    void close_the_sandbox() {
        workflows.close();
    }

    // ---- Environment and ends ----

    @Test
    void a_script_sees_its_environment_and_no_other() {
        var started = workflows.start(
                "env",
                "console.log(process.env.MINE + ' ' + process.env.VAMP_WORKFLOW_DIRECTORY + ' ' + process.env.HOME);"
                        + "console.log(Object.keys(process.env).filter(n => !/^VAMP_/.test(n)).sort().join());"
                        + "console.error(__filename + ' ' + (require.main === module));",
                Map.of("MINE", "yes"));

        assertThat(started.exitCode()).isZero();
        assertThat(started.lines())
                .contains("yes /usr/local/vamp undefined", "MINE,PATH", "/usr/local/vamp/workflow.js true");
        assertThat(started.reason).contains("the script ended");
        assertThat(started.running).isCompleted();
        assertThat(workflows.log.lines(started.appId))
                .extracting(AgentLog.Line::stream)
                .contains(AgentLog.Stream.OUT, AgentLog.Stream.ERR);
    }

    @Test
    void a_container_that_runs_once_ends_as_its_script_ends() {
        var exits = workflows.start("exits", "setTimeout(() => { process.exit(7); }, 1); setInterval(() => {}, 1000);");
        var sets = workflows.start("sets", "process.exitCode = 3");
        var throwsLater = workflows.start("throws", "setTimeout(() => { throw new Error('too late'); }, 10)");
        var kills = workflows.start("kills", "process.kill(process.pid)");
        var wrong = workflows.start("wrong", "var x = ;");

        assertThat(exits.exitCode()).isEqualTo(7);
        assertThat(sets.exitCode()).isEqualTo(3);
        assertThat(throwsLater.exitCode()).isEqualTo(1);
        assertThat(throwsLater.reason).contains("Error: too late");
        assertThat(throwsLater.failures()).containsExactly("Error: too late");
        assertThat(kills.exitCode()).isEqualTo(143);
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.lines()).contains("/usr/local/vamp/workflow.js:1");
        assertThat(wrong.failures()).containsExactly("SyntaxError: Unexpected token ';'");
    }

    @Test
    void an_unknown_module_is_named_in_nodes_own_words() {
        var started = workflows.start("unknown", "require('no-such-module')");

        assertThat(started.exitCode()).isEqualTo(1);
        assertThat(started.failures()).containsExactly("Error: Cannot find module 'no-such-module'");
        assertThat(started.lines())
                .contains("Error: Cannot find module 'no-such-module'", "- /usr/local/vamp/workflow.js");
    }

    @ParameterizedTest
    @ValueSource(strings = {"VAMP_WORKFLOW_EXECUTION_PERIOD", "VAMP_WORKFLOW_EXECUTION_TIMEOUT"})
    void a_period_or_timeout_that_is_missing_or_negative_ends_the_container(String setting) {
        var missing = workflows.start("missing", "", Map.of(setting, ""));
        var negative = workflows.start("negative", "", Map.of(setting, "-1"));

        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.reason).contains(setting + " is not set");
        assertThat(negative.exitCode()).isEqualTo(1);
        assertThat(negative.reason.orElseThrow()).startsWith(setting + " must be 0 or a positive number");
        assertThat(negative.running).isNotCompleted();
    }

    @Test
    void a_script_that_is_not_in_the_store_ends_the_container() {
        var started = workflows.start("gone", "", Map.of("VAMP_KEY_VALUE_STORE_PATH", "/vamp/workflows/other"));

        assertThat(started.exitCode()).isEqualTo(1);
        assertThat(started.reason)
                .contains("the script could not be fetched from " + Workflows.ADDRESS + ":" + workflows.zooKeeper.port()
                        + "/vamp/workflows/other: error -101, there is no such node");
    }

    @Test
    void a_rejection_that_nobody_handles_is_only_warned_of() {
        var started = workflows.start(
                "rejects", "Promise.reject(new Error('nobody')); setTimeout(() => console.log('lives'), 1000)");

        assertThat(started.exitCode()).isZero();
        assertThat(started.lines()).contains("Error: nobody", "lives");
        assertThat(started.failures()).containsExactly("Unhandled promise rejection: Error: nobody");
    }

    @Test
    void a_killed_container_ends_at_once_even_in_an_endless_loop() {
        var endless = workflows.start("endless", "console.log('in'); for (;;) {}");
        var waiting = workflows.start("waiting", "setInterval(() => {}, 1000)");
        endless.running.orTimeout(30, TimeUnit.SECONDS).join();
        waiting.running.orTimeout(30, TimeUnit.SECONDS).join();

        endless.container.kill();
        waiting.container.kill();
        waiting.container.kill();

        assertThat(endless.exitCode()).isEqualTo(137);
        assertThat(waiting.exitCode()).isEqualTo(137);
        assertThat(endless.reason).contains("killed");
    }

    @Test
    void scripts_that_misbehave_harm_no_other() {
        var good = workflows.start("good", "let n = 0; setInterval(() => console.log('good ' + ++n), 500)");
        List<Workflows.Started> bad = List.of(
                workflows.start("bad1", "for (;;) {}"),
                workflows.start("bad2", "(function f() { Promise.resolve().then(f); })()"),
                workflows.start("bad3", "setTimeout(() => { throw undefined; }, 1)"),
                workflows.start("bad4", "(function f() { f(); })()"),
                workflows.start("bad5", "process.abort()"),
                workflows.start("bad6", "process.chdir('/')"),
                workflows.start("bad7", "process.on('uncaughtException', () => process.exit(4)); nothing()"),
                workflows.start(
                        "bad8", "process.stdin.on('data', d => console.log(d)); require('fs').writeSync(1, 'x')"),
                workflows.start("bad9", "Array.prototype.push = () => {}; Promise.prototype.then = null; nothing()"),
                // What the agent says is told on the file descriptor that this writes to.
                workflows.start(
                        "bad10",
                        "for (let id = 0; id < 200; id++) ['{\"is\":null,\"id\":' + id + '}', '{\"is\":\"line\",\"id\":\"' + id + '\"}',"
                                + " '{\"is\":\"what nobody knows\",\"id\":' + id + '}', '{\"is\":'].forEach(line =>"
                                + " require('fs').writeSync(1, '\\n' + line + '\\n'))"));
        long pid = agent.pid().orElseThrow();

        bad.subList(2, 7).forEach(script -> assertThat(script.exitCode()).isNotZero());
        int before = good.lines().size();
        good.printedAtLeast(before + 5);
        bad.forEach(script -> script.container.kill());
        bad.forEach(Workflows.Started::exitCode);

        assertThat(good.exitCode).isNotDone();
        assertThat(agent.pid()).isEqualTo(OptionalLong.of(pid));
    }

    @Test
    void a_flood_of_lines_is_cut_off_and_says_so() {
        var started = workflows.start(
                "flood",
                "for (let i = 0; i < 5000; i++) console.log('line ' + i); console.log('x'.repeat(10000));"
                        + "setTimeout(() => console.log('after'), 75000)");

        assertThat(started.exitCode()).isZero();
        assertThat(started.lines()).hasSizeLessThan(1000).contains("line 0", "after");
        assertThat(started.lines()).anyMatch(line -> line.matches("… \\d+ lines were left out"));
        assertThat(started.lines()).allMatch(line -> line.length() <= 2001);
    }

    // ---- Periods ----

    @Test
    void a_script_with_a_period_runs_at_once_and_again_in_every_period() {
        var started = workflows.every(5, "again", "console.log(Date.now())");

        started.printedAtLeast(11);

        List<Long> times = started.lines().stream().map(Long::valueOf).toList();
        // Ten periods of 5 s, less what a busy machine may have been late with the first run.
        assertThat(times.get(10) - times.get(0)).isGreaterThan(25_000);
        assertThat(started.exitCode).isNotDone();
    }

    @Test
    void a_run_is_skipped_while_the_one_before_lives() {
        var started =
                workflows.every(1, "slow", "console.log('starts'); setTimeout(() => { console.log('ends'); }, 4500)");

        started.printedAtLeast(6);

        assertThat(started.lines().subList(0, 6)).containsExactly("starts", "ends", "starts", "ends", "starts", "ends");
    }

    @Test
    void each_run_finds_a_fresh_world() {
        var started = workflows.every(1, "fresh", """
                const http = require('http');
                const highland = require('highland');
                console.log([typeof leaked, [].leaked, process.env.LEAKED, http.leaked, highland.leaked, process.listenerCount('mine'),
                  typeof JSON.parse, Math.max(1, 2), process.exitCode, Error.stackTraceLimit, typeof setTimeout, process.title, typeof fetch].join());
                leaked = 1;
                Array.prototype.leaked = 1;
                process.env.LEAKED = '1';
                http.leaked = highland.leaked = 1;
                JSON.parse = null;
                Math.max = () => 0;
                Error.stackTraceLimit = 1;
                process.title = 'leaked';
                process.on('exit', () => console.log('exit'));
                process.on('mine', () => {});
                setTimeout(() => console.log('never'), 500000).unref();
                setInterval(() => console.log('never'), 500000).unref();
                require('net').connect(Number(process.env.VAMP_URL.split(':')[2]), '%s').unref();
                setTimeout = null;
                """.formatted(Workflows.ADDRESS));

        started.printedAtLeast(8);

        String fresh = "undefined,,,,,0,function,2,,10,function,node,function";
        assertThat(started.lines().subList(0, 8))
                .containsExactly(fresh, "exit", fresh, "exit", fresh, "exit", fresh, "exit");
        assertThat(started.failures()).isEmpty();
    }

    @Test
    void a_run_that_cannot_be_cleared_away_leaves_no_trace_either() {
        var started = workflows.every(
                1,
                "spoilt",
                "console.log(typeof stays + ' ' + Object.isFrozen(Array.prototype) + ' ' + typeof fetch);"
                        + "Object.defineProperty(global, 'stays', {value: 1}); Object.freeze(Array.prototype);"
                        + "delete global.fetch; require('net').createServer().listen(0, '127.0.0.1').unref();");

        started.printedAtLeast(3);

        assertThat(started.lines()).containsOnly("undefined false function");
    }

    @Test
    void a_run_that_fails_does_not_end_the_container() {
        var started = workflows.every(1, "fails", "console.log('runs'); setTimeout(() => { nothing(); }, 1)");

        eventually(() -> started.failures().size() >= 3);

        assertThat(started.failures()).containsOnly("ReferenceError: nothing is not defined");
        assertThat(started.exitCode).isNotDone();
    }

    @Test
    void a_run_that_takes_longer_than_its_timeout_is_killed_and_the_next_one_runs() {
        var started = workflows.start(
                "timeout",
                "console.log('starts'); for (;;) {}",
                Map.of("VAMP_WORKFLOW_EXECUTION_PERIOD", "10", "VAMP_WORKFLOW_EXECUTION_TIMEOUT", "5"));

        eventually(() -> started.failures().size() >= 2);

        assertThat(started.failures())
                .containsOnly("the script was killed because it ran for more than 5 s"
                        + " (VAMP_WORKFLOW_EXECUTION_TIMEOUT)");
        assertThat(started.lines()).contains("starts");
        assertThat(started.exitCode).isNotDone();
    }

    @Test
    void a_run_gets_time_of_the_machine_on_top_of_its_timeout_when_the_platforms_clock_runs_ahead() {
        var started = workflows.start(
                "slow",
                "const start = Date.now(); while (Date.now() - start < 15000) {} console.log('done')",
                Map.of("VAMP_WORKFLOW_EXECUTION_PERIOD", "20", "VAMP_WORKFLOW_EXECUTION_TIMEOUT", "5"));

        started.printedAtLeast(1);

        assertThat(started.lines()).contains("done");
        assertThat(started.failures()).isEmpty();
    }

    @Test
    void a_timeout_without_a_period_ends_the_container() {
        var started = workflows.start(
                "timeout-once", "setInterval(() => {}, 100)", Map.of("VAMP_WORKFLOW_EXECUTION_TIMEOUT", "3"));

        assertThat(started.exitCode()).isEqualTo(137);
    }

    @Test
    void a_run_costs_little_because_its_world_is_used_again() throws Exception {
        var started = workflows.every(1, "cheap", "console.log('run')");
        started.printedAtLeast(20);
        ProcessHandle process = ProcessHandle.of(agent.pid().orElseThrow()).orElseThrow();

        Duration cpuBefore = process.info().totalCpuDuration().orElseThrow();
        int runsBefore = started.lines().size();
        started.printedAtLeast(runsBefore + 40);
        Duration cpu = process.info().totalCpuDuration().orElseThrow().minus(cpuBefore);
        int runs = started.lines().size() - runsBefore;

        assertThat(cpu.toMillis() / runs).as("CPU per run, in ms").isLessThanOrEqualTo(15);
    }

    // ---- What scripts start ----

    @ParameterizedTest
    @ValueSource(strings = {SPAWNS, WAITS})
    void what_a_script_has_started_ends_with_its_container(String script) {
        var started = workflows.start("starts", script);
        List<ProcessHandle> programs = programs();

        started.container.kill();

        assertThat(started.exitCode()).isEqualTo(137);
        eventually(() -> programs.stream().noneMatch(ProcessHandle::isAlive));
    }

    @ParameterizedTest
    @ValueSource(strings = {SPAWNS, WAITS})
    void what_a_run_has_started_ends_with_its_timeout(String script) {
        var started = workflows.start("starts", script, Map.of("VAMP_WORKFLOW_EXECUTION_TIMEOUT", "1"));
        List<ProcessHandle> programs = programs();

        assertThat(started.exitCode()).isEqualTo(137);
        eventually(() -> programs.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void what_a_run_does_not_wait_for_ends_with_it_too() {
        var started = workflows.every(
                1,
                "leaves",
                "const child = require('child_process').spawn('sleep', ['600'], { stdio: 'ignore' });"
                        + "child.unref(); console.log(child.pid)");

        started.printedAtLeast(3);

        eventually(() -> ProcessHandle.of(Long.parseLong(started.lines().get(0)))
                .filter(ProcessHandle::isAlive)
                .isEmpty());
        assertThat(started.failures()).isEmpty();
    }

    @Test
    void a_script_that_starts_again_what_has_ended_leaves_nothing_either() {
        var started = workflows.start(
                "again",
                "const start = () => require('child_process').spawn('sh', ['-c', 'sleep 600; true']).on('exit', start); start()");
        programs();

        started.container.kill();

        assertThat(started.exitCode()).isEqualTo(137);
        eventually(() -> living(agent.pid().orElseThrow()).isEmpty());
    }

    @Test
    void what_a_script_starts_is_its_own_to_hear_and_to_end() {
        var started = workflows.start(
                "own",
                "const { execSync, spawn, spawnSync } = require('child_process');"
                        + "console.log('' + execSync('echo heard')); console.log(spawnSync('sh', ['-c', 'exit 3']).status);"
                        + "const child = spawn('sleep', ['600']); child.on('exit', (code, signal) => console.log(signal));"
                        + "child.kill(); spawn('no-such-program').on('error', error => console.log(error.code))");

        assertThat(started.exitCode()).isZero();
        assertThat(started.lines()).contains("heard", "3", "SIGTERM", "ENOENT");
    }

    /** A shell and what it has started, which are the agent's only programs. */
    private static List<ProcessHandle> programs() {
        long pid = agent.pid().orElseThrow();
        eventually(() -> living(pid).size() == 2);
        return living(pid);
    }

    /** What has been started below a process, without the dead that nobody has buried. */
    private static List<ProcessHandle> living(long pid) {
        return ProcessHandle.of(pid)
                .orElseThrow()
                .descendants()
                .filter(program -> program.info().command().isPresent())
                .toList();
    }

    // ---- Time ----

    @Test
    void a_scripts_time_is_the_platforms() {
        long before = System.nanoTime();
        var started = workflows.start("time", """
                const start = Date.now();
                const clock = process.hrtime();
                setTimeout(() => {
                  const [seconds, nanos] = process.hrtime(clock);
                  console.log(Date.now() - start);
                  console.log(Math.round(seconds * 1000 + nanos / 1e6));
                  require('timers/promises').setTimeout(10000).then(() => {
                    console.log(new Date() - new Date(start));
                    console.log(new Date(0).toISOString() + ' ' + (new Date() instanceof Date) + ' ' + typeof Date());
                    console.log(new Date().toISOString());
                  });
                }, 20000);
                """);

        assertThat(started.exitCode()).isZero();
        long platformMillis = (System.nanoTime() - before) / 1_000_000 * (long) PACE.platformSecondsPerSecond();
        long timeout = Long.parseLong(started.lines().get(0));
        long hrtime = Long.parseLong(started.lines().get(1));
        long promise = Long.parseLong(started.lines().get(2));
        // A busy machine may be late, but nothing is early, and all clocks agree. Timers may be a millisecond of the
        // wall early.
        assertThat(timeout).isBetween(19_950L, platformMillis);
        assertThat(hrtime).isBetween(timeout - 500, timeout + 500);
        assertThat(promise).isBetween(timeout + 9_950, platformMillis);
        assertThat(started.lines().get(3)).isEqualTo("1970-01-01T00:00:00.000Z true string");
        assertThat(Duration.between(java.time.Instant.parse(started.lines().get(4)), workflows.clock.now()))
                .isBetween(Duration.ofSeconds(-1), Duration.ofMillis(platformMillis));
    }

    @Test
    void an_interval_keeps_its_period() {
        var started = workflows.start("interval", "setInterval(() => console.log(Date.now()), 1000)");

        started.printedAtLeast(21);

        List<Long> times = started.lines().stream().map(Long::valueOf).toList();
        assertThat(times.get(20) - times.get(0)).isBetween(10_000L, 60_000L);
    }

    @Test
    void while_the_clock_is_held_no_run_starts_and_no_time_passes() {
        var again = workflows.every(1, "held-runs", "console.log('run')");
        var timer = workflows.start(
                "held-timer",
                "console.log('set ' + Date.now()); setTimeout(() => console.log('rang ' + Date.now()), 20000)");
        again.printedAtLeast(2);
        timer.printedAtLeast(1);

        workflows.onContext(workflows.clock::hold);
        var late = workflows.every(1, "held-late", "console.log('late')");
        late.running.orTimeout(30, TimeUnit.SECONDS).join();
        // A run that had started before may still print.
        int runs = again.lines().size() + 1;
        await().during(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(5))
                .until(() -> again.lines().size() <= runs
                        && timer.lines().size() == 1
                        && late.lines().isEmpty());
        workflows.onContext(workflows.clock::goOn);

        assertThat(timer.exitCode()).isZero();
        again.printedAtLeast(runs + 2);
        late.printedAtLeast(2);
        long passed = Long.parseLong(timer.lines().get(1).substring(5))
                - Long.parseLong(timer.lines().get(0).substring(4));
        assertThat(passed).isBetween(19_900L, 24_000L + 20_000L);
    }

    // ---- The process ----

    @Test
    void when_the_agent_dies_all_its_containers_end_and_the_next_one_gets_a_new_agent() {
        var first = workflows.start("first", "setInterval(() => {}, 1000)");
        var second = workflows.every(1, "second", "console.log('runs')");
        second.printedAtLeast(1);
        first.running.orTimeout(30, TimeUnit.SECONDS).join();
        long pid = agent.pid().orElseThrow();

        ProcessHandle.of(pid).orElseThrow().destroyForcibly();

        assertThat(first.exitCode()).isEqualTo(137);
        assertThat(second.exitCode()).isEqualTo(137);
        assertThat(first.reason.orElseThrow()).startsWith("the workflow agent, process " + pid + ", has died");
        var third = workflows.start("third", "console.log(new Date().toISOString())");
        assertThat(third.exitCode()).isZero();
        assertThat(agent.pid().orElseThrow()).isNotEqualTo(pid);
        // The new process was told how the clock stands.
        assertThat(Duration.between(java.time.Instant.parse(third.lines().get(0)), workflows.clock.now()))
                .isBetween(Duration.ofSeconds(-1), Duration.ofSeconds(250));
    }

    @Test
    void an_agent_that_a_script_has_struck_dumb_dies_and_the_next_container_gets_a_new_one() {
        var other = workflows.start("other", SPAWNS);
        List<ProcessHandle> programs = programs();
        long pid = agent.pid().orElseThrow();

        var dumb = workflows.start("dumb", "require('fs').closeSync(1); setInterval(() => {}, 1000)");

        assertThat(dumb.exitCode()).isEqualTo(137);
        assertThat(other.exitCode()).isEqualTo(137);
        eventually(() -> programs.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(workflows.start("next", "").exitCode()).isZero();
        assertThat(agent.pid().orElseThrow()).isNotEqualTo(pid);
    }

    @Test
    void an_agent_serves_one_sandbox_after_another() {
        var left = workflows.start("left", "setInterval(() => {}, 1000)");
        left.running.orTimeout(30, TimeUnit.SECONDS).join();
        assertThatThrownBy(() -> new Workflows(agent, PACE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the workflow agent serves another sandbox");
        long pid = agent.pid().orElseThrow();

        workflows.image.close();
        assertThat(left.exitCode()).isEqualTo(137);

        try (Workflows next = new Workflows(agent, Pace.REAL)) {
            var started = next.start("next", "setTimeout(() => console.log('next'), 20)");
            assertThat(started.exitCode()).isZero();
            assertThat(started.lines()).containsExactly("next");
        }
        assertThat(agent.pid()).isEqualTo(OptionalLong.of(pid));
    }

    @Test
    void closing_the_agent_ends_its_process_and_its_containers_and_what_they_have_started() {
        AgentProcess own = AgentProcess.start();
        try (Workflows others = new Workflows(own, PACE)) {
            var started = others.start("closed", SPAWNS);
            started.running.orTimeout(30, TimeUnit.SECONDS).join();
            ProcessHandle process = ProcessHandle.of(own.pid().orElseThrow()).orElseThrow();
            eventually(() -> process.descendants().count() == 2);
            List<ProcessHandle> programs = process.descendants().toList();

            own.close();

            assertThat(started.exitCode()).isEqualTo(137);
            eventually(() -> !process.isAlive() && programs.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(others.start("too-late", "").exitCode()).isEqualTo(137);
        }
    }

    @Test
    void the_agent_and_what_scripts_have_started_are_gone_when_the_process_that_started_it_was_killed()
            throws IOException {
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentOwner.class.getName(),
                        SPAWNS)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long pid = Long.parseLong(owner.inputReader().readLine());
        ProcessHandle orphan = ProcessHandle.of(pid).orElseThrow();
        eventually(() -> orphan.descendants().count() == 2);
        List<ProcessHandle> programs = orphan.descendants().toList();

        owner.destroyForcibly();

        await().atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !orphan.isAlive() && programs.stream().noneMatch(ProcessHandle::isAlive));
    }

    // ---- Modules ----

    @Test
    void the_users_own_modules_are_found_first(@TempDir Path modules) throws IOException {
        module(modules, "highland", "module.exports = 'my own highland';");
        module(modules, "mine", "module.exports = 'mine with ' + require('highland');");
        AgentProcess own = AgentProcess.startWithModules(modules);
        try (Workflows others = new Workflows(own, PACE)) {
            var started = others.start(
                    "modules",
                    "console.log(require('mine')); console.log(require('highland'));"
                            + "console.log(typeof require('vamp-node-client').Log)");

            assertThat(started.exitCode()).isZero();
            assertThat(started.lines()).containsExactly("mine with my own highland", "my own highland", "function");
        } finally {
            own.close();
        }
    }

    private static void module(Path modules, String name, String source) throws IOException {
        Files.createDirectories(modules.resolve(name));
        Files.writeString(modules.resolve(name).resolve("index.js"), source);
    }
}
