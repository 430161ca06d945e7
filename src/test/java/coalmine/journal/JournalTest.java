package coalmine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import coalmine.access.Server;
import coalmine.marathon.MarathonApi;
import coalmine.recipe.Namespace;
import coalmine.time.Pace;
import coalmine.vamp.FakeVamp;
import coalmine.vamp.FakeVamp.Reply;
import coalmine.vamp.VampApi;
import coalmine.vamp.VampException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final String PLUM = "{\"name\":\"plum\",\"deployable\":\"plum\"}";

    @TempDir
    Path folder;

    private final FakeVamp fake = new FakeVamp("127.6.10.3");
    private final VampApi reader = new VampApi(fake.uri());
    /** What the Vamp has, by path. */
    private final Map<String, String> there = new ConcurrentHashMap<>();

    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void hasNoApps() {
        fake.when("GET /v2/apps", "{\"apps\": []}");
    }

    @AfterEach
    void close() {
        fake.close();
    }

    /** A path that the Vamp can tell of, create and delete. */
    private void knows(String path) {
        fake.when(
                "GET /api/v1/" + path,
                asked -> there.containsKey(path) ? Reply.json(there.get(path)) : Reply.of(404, ""));
        fake.when("DELETE /api/v1/" + path, asked -> {
            there.remove(path);
            return Reply.of(204, "");
        });
        fake.when("PUT /api/v1/" + path, asked -> {
            there.put(path, asked.body());
            return Reply.json("{}");
        });
    }

    private Journal begin() {
        return Journal.begin(
                folder,
                "a test",
                Place.of(
                        URI.create(fake.uri().toString().replace("http://", "http://user:secret@")),
                        fake.uri(),
                        "gateways",
                        10,
                        Namespace.NONE),
                reader);
    }

    private PastRun past(Journal journal) {
        return PastRun.read(folder, journal.id());
    }

    private List<String> undo(PastRun run) {
        return new Undoing(run, reader, new MarathonApi(fake.uri()), new Pace(10), told::add).undo();
    }

    @Test
    void what_is_created_is_written_down_before_it_is_sent() {
        Journal journal = begin();
        List<String> known = new ArrayList<>();
        fake.when("PUT /api/v1/breeds/plum", asked -> {
            known.addAll(past(journal).created());
            return Reply.json("{}");
        });

        new VampApi(Server.at(fake.uri()), journal::before).put("breeds/plum", PLUM);

        assertThat(known).containsExactly("breeds/plum");
    }

    @Test
    void what_was_there_before_stays() {
        there.put("breeds/plum", "{}");
        List.of("breeds/plum", "scales/plum", "breeds/coalmine-run").forEach(this::knows);
        Journal journal = begin();
        VampApi vamp = new VampApi(Server.at(fake.uri()), journal::before);
        vamp.put("breeds/plum", PLUM);
        vamp.put("scales/plum", "{\"name\":\"plum\"}");
        journal.close();

        assertThat(undo(past(journal))).isEmpty();

        assertThat(there).containsOnlyKeys("breeds/plum");
        assertThat(told).containsExactly("There is scales/plum", "Removed scales/plum");
        assertThat(past(journal).isUnfinished()).isFalse();
        assertThat(undo(past(journal))).isEmpty();
    }

    @Test
    void a_deployment_comes_with_the_gateways_of_its_blueprint_and_its_breeds() {
        fake.when(
                "GET /api/v1/blueprints/plum",
                "{\"name\": \"plum\", \"gateways\": {\"9070\": \"plum/web\"}, \"clusters\": {\"plum\": {\"services\": []}}}");
        Journal journal = begin();

        journal.before(new VampApi.Sent(0, "PUT", "deployments/orchard", "{name: plum}"));
        journal.before(new VampApi.Sent(
                0, "PUT", "", "{kind: deployment, name: garden, clusters: {a: {name: apple, deployable: apple}}}"));

        assertThat(past(journal).created())
                .containsExactlyInAnyOrder(
                        "deployments/orchard", "gateways/orchard/9070", "deployments/garden", "breeds/apple");
    }

    @Test
    void of_a_deployment_that_was_there_before_only_the_services_are_the_runs_that_it_has_added() {
        there.put(
                "deployments/orchard",
                "{\"clusters\": {\"plum\": {\"services\": [{\"breed\": {\"name\": \"plum:1\"}}]}}}");
        there.put("deployments/orchard/clusters/plum/services/plum:1/scale", "{}");
        String added = "deployments/orchard/clusters/plum/services/plum:2/scale";
        List.of("deployments/orchard", "deployments/orchard/clusters/plum/services/plum:1/scale", added)
                .forEach(this::knows);
        Journal journal = begin();
        journal.before(new VampApi.Sent(
                0, "PUT", "", "{kind: deployment, name: orchard, clusters: {plum: {services: ['plum:1', 'plum:2']}}}"));
        journal.close();
        there.put(added, "{}");
        fake.when("DELETE /api/v1/deployments/orchard", asked -> {
            there.remove(added);
            return Reply.of(202, "");
        });

        assertThat(past(journal).created()).containsExactly(added);
        assertThat(undo(past(journal))).isEmpty();
        assertThat(fake.requests("DELETE").get(0).body()).contains("plum:2").doesNotContain("plum:1");
        assertThat(there).containsKey("deployments/orchard");
    }

    @Test
    void what_is_taken_away_is_put_back_as_it_was_and_is_not_the_runs() {
        knows("workflows/metrics");
        there.put("workflows/metrics", "{\"name\":\"metrics\",\"breed\":\"metrics\",\"status\":\"running\"}");
        Journal journal = begin();
        VampApi vamp = new VampApi(Server.at(fake.uri()), journal::before);
        vamp.delete("workflows/metrics", "");
        assertThat(past(journal).isUnfinished()).isTrue();

        vamp.put("workflows/metrics", "{\"name\":\"metrics\"}");
        journal.settle();
        assertThat(past(journal).isUnfinished()).isFalse();

        there.put("workflows/metrics", "{\"name\":\"metrics\",\"breed\":\"metrics\",\"status\":\"running\"}");
        vamp.delete("workflows/metrics", "");
        journal.close();
        assertThat(undo(past(journal))).isEmpty();
        assertThat(there.get("workflows/metrics")).isEqualTo("{\"name\":\"metrics\",\"breed\":\"metrics\"}");
        assertThat(told).containsExactly("Put back workflows/metrics");
        assertThat(past(journal).isUnfinished()).isFalse();
    }

    @Test
    void an_app_that_vamp_has_forgotten_is_destroyed() {
        Journal journal = begin();
        journal.before(new VampApi.Sent(0, "PUT", "deployments/orchard", "{clusters: {}}"));
        journal.close();
        String apps = "{\"apps\":[{\"id\":\"/orchard/plum\",\"labels\":{\"deployment\":\"orchard\"}},"
                + "{\"id\":\"/garden/plum\",\"labels\":{\"deployment\":\"garden\"}}]}";
        fake.when("GET /v2/apps", apps);
        fake.when("DELETE /v2/apps/orchard/plum", asked -> {
            fake.when("GET /v2/apps", "{\"apps\": []}");
            return Reply.json("{}");
        });

        assertThat(undo(past(journal))).isEmpty();

        assertThat(fake.requests("DELETE /v2")).hasSize(1);
        assertThat(told).containsExactly("Removed the app /orchard/plum");
    }

    @Test
    void a_line_that_was_cut_off_is_left_out_and_the_next_one_begins_where_it_began() throws IOException {
        List.of("breeds/plum", "breeds/coalmine-run").forEach(this::knows);
        Journal journal = begin();
        new VampApi(Server.at(fake.uri()), journal::before).put("breeds/plum", PLUM);
        journal.close();
        Files.writeString(journal.file(), "{\"at\": \"2026-", StandardOpenOption.APPEND);

        assertThat(past(journal).created()).containsExactly("breeds/plum");
        undo(past(journal));
        assertThat(past(journal).isUnfinished()).isFalse();
        assertThat(Files.readString(journal.file())).endsWith("\"path\":\"breeds/plum\"}\n");
    }

    @Test
    void what_is_gone_by_another_way_is_not_the_runs_any_more() {
        knows("breeds/plum");
        Journal journal = begin();
        new VampApi(Server.at(fake.uri()), journal::before).put("breeds/plum", PLUM);
        journal.close();
        there.remove("breeds/plum");

        assertThat(past(journal).place().isAt(fake.uri())).isTrue();
        past(journal).settle(reader);

        there.put("breeds/plum", "{\"name\":\"somebody's\"}");
        assertThat(PastRun.unfinished(folder)).isEmpty();
    }

    @Test
    void a_run_that_was_ended_before_its_first_line_hides_no_other() throws IOException {
        Journal journal = begin();
        journal.before(new VampApi.Sent(0, "PUT", "breeds/plum", PLUM));
        Files.writeString(folder.resolve("20260101-000000-0000.jsonl"), "");

        assertThat(PastRun.unfinished(folder)).extracting(PastRun::id).containsExactly(journal.id());
    }

    @Test
    void a_line_that_makes_no_sense_is_told_with_its_place() throws IOException {
        Journal journal = begin();
        Files.writeString(journal.file(), "nonsense\n", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> past(journal)).hasMessageContaining(journal.file() + ":2 is no line of a journal");
    }

    @Test
    void an_unknown_run_is_told_with_those_that_there_are() {
        Journal journal = begin();

        assertThatThrownBy(() -> PastRun.read(folder, "yesterday"))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("no journal of a run \"yesterday\" in " + folder)
                .hasMessageContaining(journal.id());
        assertThatThrownBy(() -> PastRun.read(folder.resolve("nowhere"), "../x"))
                .hasMessageContaining("none at all");
    }

    @Test
    void a_run_that_is_not_over_is_left_alone() {
        Journal journal = begin();

        assertThatThrownBy(() -> undo(past(journal)))
                .hasMessageContaining("run " + journal.id() + " is not over")
                .hasMessageContaining("process " + ProcessHandle.current().pid());
    }

    @Test
    void what_another_run_uses_now_is_left_alone() {
        knows("breeds/coalmine-run");
        Journal journal = begin();
        journal.close();
        there.put("breeds/coalmine-run", "{\"deployable\":{\"definition\":\"coalmine/run:later\"}}");

        assertThatThrownBy(() -> undo(past(journal))).hasMessageContaining("run later uses the names");
    }

    @Test
    void names_that_another_run_has_begun_to_use_are_left_to_it() {
        knows("breeds/coalmine-run");
        claimsAreWonBy("one");
        Claim claim = Claim.to(Namespace.NONE);
        claim.take(reader, "one");

        assertThatThrownBy(() -> claim.take(reader, "two"))
                .hasMessageContaining("run one has begun to use these names");
        claim.release(reader, "two");
        assertThat(claim.holder(reader)).contains("one");

        claim.release(reader, "one");
        claimsAreWonBy("four");
        assertThatThrownBy(() -> claim.take(reader, "three")).hasMessageContaining("run four has begun");
    }

    private void claimsAreWonBy(String run) {
        fake.when("PUT /api/v1/breeds/coalmine-run", asked -> {
            there.put("breeds/coalmine-run", "{\"deployable\":{\"definition\":\"coalmine/run:" + run + "\"}}");
            return Reply.json("{}");
        });
    }

    @Test
    void a_journal_carries_no_secrets_and_is_its_owners_alone() throws IOException {
        Journal journal = begin();

        JsonNode begin = past(journal).lines().get(0);
        assertThat(begin.path("vamp").asText()).isEqualTo(fake.uri().toString());
        assertThat(Files.readString(journal.file())).doesNotContain("secret");
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertThat(Files.getPosixFilePermissions(journal.file())).hasSize(2);
        }
    }

    @Test
    void nothing_is_lost_where_vamp_cannot_be_reached() throws IOException {
        Journal journal = begin();
        journal.before(new VampApi.Sent(0, "PUT", "breeds/plum", PLUM));
        journal.close();
        String before = Files.readString(journal.file());
        VampApi nobody = new VampApi(URI.create("http://127.0.0.1:9"));

        assertThatThrownBy(() ->
                        new Undoing(past(journal), nobody, new MarathonApi(fake.uri()), new Pace(10), told::add).undo())
                .isInstanceOf(VampException.class)
                .hasMessageContaining("cannot be reached");
        assertThat(Files.readString(journal.file())).isEqualTo(before);
    }

    @Test
    void nothing_is_created_where_the_journal_cannot_be_written() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() ->
                        Journal.begin(file, "a test", Place.of(fake.uri(), fake.uri(), "", 1, Namespace.NONE), reader))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("without it nothing is created")
                .hasMessageContaining("-Dcoalmine.journal");
    }
}
