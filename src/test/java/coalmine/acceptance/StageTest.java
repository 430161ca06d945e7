package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import coalmine.access.Server;
import coalmine.platform.Environment;
import coalmine.platform.Platform;
import coalmine.recipe.RecipeException;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import coalmine.vamp.FakeVamp;
import coalmine.vamp.VampException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StageTest {

    private final FakeVamp fake = new FakeVamp("127.6.17.1");
    private final List<String> done = new ArrayList<>();

    @AfterEach
    void close() {
        fake.close();
    }

    @Test
    void an_environment_whose_events_cannot_be_followed_is_given_back_for_the_next_scenario() {
        fake.when(FakeVamp.STREAM, request -> FakeVamp.Reply.of(500, "broken"));

        assertThatThrownBy(() -> new Stage().open(new Lending(), Set.of())).isInstanceOf(VampException.class);

        assertThat(done).containsExactly("lent", "given back");
    }

    /** The next scenario would else wait for it for ever. */
    @Test
    void an_environment_whose_recipe_cannot_be_read_is_given_back_for_the_next_scenario() {
        System.setProperty("coalmine.recipes", "src/test");
        try {
            assertThatThrownBy(() -> new Stage().open(new Lending(), Set.of())).isInstanceOf(RecipeException.class);
        } finally {
            System.clearProperty("coalmine.recipes");
        }

        assertThat(done).containsExactly("lent", "given back");
    }

    /** A suite that has just started on a slow machine had users wait for 15.6 s of the platform's, where 15 s are the limit on a real one. */
    @Test
    void a_limit_gets_on_top_what_the_platforms_own_machine_may_take() {
        Stage stage = new Stage();
        stage.open(new Lending(), Set.of());

        try {
            assertThat(stage.allowed(PlatformDuration.seconds(15))).isEqualTo(PlatformDuration.seconds(25));
        } finally {
            stage.close();
        }
    }

    /** A platform that has one environment to lend. */
    private final class Lending implements Platform, Environment {

        @Override
        public Environment lend(Set<String> vamps) {
            done.add("lent");
            return this;
        }

        @Override
        public void close() {
            done.add("given back");
        }

        @Override
        public Server vamp() {
            return Server.at(fake.uri());
        }

        @Override
        public Server marathon() {
            return Server.at(fake.uri());
        }

        @Override
        public String gatewayHost() {
            return "127.6.17.1";
        }

        @Override
        public Pace pace() {
            return new Pace(10);
        }

        @Override
        public Duration allowance() {
            return Duration.ofSeconds(1);
        }

        @Override
        public List<String> workflowOutput() {
            return List.of();
        }

        @Override
        public String description() {
            return "a Vamp that does not stream";
        }

        @Override
        public int capacity() {
            return 1;
        }

        @Override
        public Optional<String> cannotBe(Set<String> vamps) {
            return Optional.empty();
        }
    }
}
