package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.release.Answer;
import coalmine.release.Moment;
import coalmine.release.Outage;
import coalmine.release.Weights;
import coalmine.time.Deadline;
import coalmine.time.PlatformDuration;
import coalmine.vamp.EventStream.Arrival;
import coalmine.vamp.Gateway;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Steps about how traffic is divided between the versions of a service, and about what users get to see of it. */
public final class TrafficSteps {

    private static final String SEND = "Send traffic";
    /** So many good answers in a row, and users are served again. */
    private static final int CONVERGED = 10;
    /** Users call twice in a second; one who waits longer than this for an answer has none. */
    private static final PlatformDuration FIRST_ANSWER = PlatformDuration.seconds(10);
    /** A setting is announced as it is stored, and the next one comes 5 s later at the earliest. */
    private static final PlatformDuration SETTLED = PlatformDuration.seconds(5);
    /** A gateway tries a refused connection again after this time. */
    private static final PlatformDuration NOTICEABLE = PlatformDuration.seconds(1);

    /** What the traffic workflow says of a request that was answered with a server error, such as {@code [503]: …}: the node client's words (facts 6.4). */
    private static final Pattern SERVER_ERROR = Pattern.compile("\\[5\\d\\d].*", Pattern.DOTALL);

    private final Stage stage;
    private final Map<String, String> gatewayNames = new ConcurrentHashMap<>();
    private Optional<String> sender = Optional.empty();

    public TrafficSteps(Stage stage) {
        this.stage = stage;
    }

    @Given("the {name} workflow sends requests to {gateway}")
    public void sendsRequests(String workflow, int port) {
        assertThat(stage.recipe().values("PORT"))
                .as("the ports that the recipe's workflows call")
                .contains("" + port);
        int mark = stage.events().mark();
        stage.runner().run(Recipes.step(stage.recipe(), SEND));
        sender = Optional.of(workflow);
        Await.event(
                stage,
                stage.givenDeadline(),
                "sending traffic",
                () -> !stage.history().announced(workflow, "response:ok", mark).isEmpty(),
                () -> "the " + workflow + " workflow announced no good answer; it printed "
                        + stage.environment().workflowOutput());
    }

    /** The internal gateway that divides the traffic of a service, as it is now. */
    Gateway gatewayOf(String service) {
        String name = gatewayNameOf(service);
        return stage.vamp().gateway(name).orElseThrow(() -> new AssertionError("there is no gateway " + name));
    }

    /** What it is called does not change once it is there, and is asked for with each event that comes. */
    String gatewayNameOf(String service) {
        return gatewayNames.computeIfAbsent(
                service,
                wanted -> stage.vamp().names("gateways").stream()
                        .filter(name -> name.startsWith(wanted + "/" + wanted + "/"))
                        .findFirst()
                        .orElseThrow(
                                () -> new AssertionError("there is no gateway between the versions of " + wanted)));
    }

    void hasWeight(ServiceVersion version, int weight) {
        assertThat(shareOf(version)).as("the share of " + version).isEqualTo(weight);
    }

    /** The weight of a version by Vamp's API. */
    int shareOf(ServiceVersion version) {
        return Weights.of(gatewayOf(version.service())).of(version.breed());
    }

    @Then("{version} has {weight} of the traffic and {version} has {weight}")
    public void have(ServiceVersion old, int oldWeight, ServiceVersion young, int youngWeight) {
        hasWeight(old, oldWeight);
        hasWeight(young, youngWeight);
    }

    @Then("within {seconds} the traffic is back to {weight} on {version} and {weight} on {version}")
    public void trafficIsBack(
            PlatformDuration limit, int oldWeight, ServiceVersion old, int youngWeight, ServiceVersion young) {
        reaches(
                limit,
                "rolled back",
                old.service(),
                weights -> weights.of(old.breed()) == oldWeight && weights.of(young.breed()) == youngWeight);
        // It stays so for as long as the new version has not been healthy for a while, which leaves time enough to
        // look.
        hasWeight(old, oldWeight);
        hasWeight(young, youngWeight);
    }

    @Then("within {seconds} all traffic is on {version}")
    public void allTrafficIsOn(PlatformDuration limit, ServiceVersion version) {
        reaches(limit, "promoted", version.service(), weights -> weights.of(version.breed()) == 100);
        hasWeight(version, 100);
    }

    /** Waits until the weights have been what is wanted at some time since the last When. */
    void reaches(PlatformDuration limit, String goal, String service, Predicate<Weights> wanted) {
        Deadline deadline = stage.deadline(limit);
        String gateway = gatewayNameOf(service);
        Await.event(
                stage,
                deadline,
                goal,
                () -> Await.inTime(deadline, stage.history().weights(gateway, stage.whenMark())).stream()
                        .anyMatch(wanted),
                () -> Weights.of(gatewayOf(service)).toString());
        isWhatVampHolds(service);
    }

    /** What was announced was sent; Vamp must hold it as well, or what it was sent since: that is announced by the time that it can be read. */
    void isWhatVampHolds(String service) {
        Await.state(
                stage,
                Deadline.in(
                        SETTLED, stage.environment().pace(), stage.environment().allowance()),
                "set as was announced last",
                () -> {
                    int newest = lastAnnounced(service).index();
                    Weights held = Weights.of(gatewayOf(service));
                    stage.events().awaitSettled();
                    return weights(service).stream()
                            .anyMatch(moment ->
                                    moment.index() >= newest && moment.value().equals(held));
                },
                () -> "Vamp holds " + Weights.of(gatewayOf(service)) + ", and "
                        + lastAnnounced(service).value() + " was announced");
    }

    private Moment<Weights> lastAnnounced(String service) {
        List<Moment<Weights>> announced = weights(service);
        return announced.get(announced.size() - 1);
    }

    /** Every setting of the weights. */
    List<Moment<Weights>> weights(String service) {
        return stage.history().weights(gatewayNameOf(service), 0);
    }

    /** Every setting of the weights since the last When. */
    List<Moment<Weights>> weightsSinceWhen(String service) {
        return stage.history().weights(gatewayNameOf(service), stage.whenMark());
    }

    /** What Vamp was given to divide by, not what it made of it: that is for the steps to say that count who answered. */
    @Then("the weights made 100% together all the time")
    public void weightsMade100() {
        stage.events().awaitSettled();
        List<String> services = stage.footprint().own("deployments");
        assertThat(services).isNotEmpty();
        services.forEach(service -> assertThat(weightsSinceWhen(service))
                .as("the settings of the weights since the last When")
                .isNotEmpty()
                .allMatch(moment -> moment.value().sum() == 100));
    }

    @Then("the weight of {version} went from {weight} to {weight} in steps of {weight}, one every {seconds}")
    public void weightWent(ServiceVersion version, int from, int to, int step, PlatformDuration period) {
        List<Moment<Weights>> settings = Moment.withoutRepeats(weightsSinceWhen(version.service()));
        List<Integer> wanted = IntStream.iterate(from + step, weight -> weight <= to, weight -> weight + step)
                .boxed()
                .toList();
        assertThat(settings.stream().map(it -> it.value().of(version.breed())).toList())
                .as("the weights of " + version)
                .isEqualTo(wanted);
        double whole = stage.platformTime(settings.get(settings.size() - 1).atNanos()
                        - settings.get(0).atNanos())
                .toSeconds();
        assertThat(whole / (settings.size() - 1))
                .as("the seconds from one step to the next")
                .isBetween(0.9 * period.toSeconds(), 1.2 * period.toSeconds());
    }

    @Then("the gateway of {name} was withdrawn and came back within {seconds}")
    public void gatewayWasWithdrawn(String service, PlatformDuration limit) {
        String gateway = gatewayNameOf(service);
        Deadline deadline = stage.deadline(limit);
        Await.event(
                stage,
                deadline,
                "withdrawn and back",
                () -> Await.inTime(deadline, stage.history().gateway(gateway, stage.whenMark()))
                        .equals(List.of("undeployed", "deployed")),
                () -> "the gateway " + gateway + " was announced as " + gatewayChanges(gateway));
    }

    /** When the last gateway that came since the last When did so; whoever has to wait from then on waits for something else. */
    private long lastGatewayCame() {
        return stage.events().since(stage.whenMark()).stream()
                .filter(arrival ->
                        stage.isAboutUs(arrival.event()) && arrival.event().has("gateways", "deployed"))
                .mapToLong(Arrival::atNanos)
                .max()
                .orElseThrow(() -> new AssertionError("no gateway has come since the last When"));
    }

    @Then("no gateway was withdrawn")
    public void noGatewayWasWithdrawn() {
        stage.events().awaitSettled();
        assertThat(stage.events().since(stage.whenMark()))
                .as("the events of gateways since the last When")
                .noneMatch(arrival ->
                        stage.isAboutUs(arrival.event()) && arrival.event().has("gateways", "undeployed"));
    }

    private List<String> gatewayChanges(String gateway) {
        return stage.history().gateway(gateway, stage.whenMark()).stream()
                .map(Moment::value)
                .toList();
    }

    /** Lets users send requests until all of the last few were answered well by a version. */
    void usersAreAnsweredBy(Deadline deadline, ServiceVersion version) {
        awaitAnswers(
                deadline,
                "answered by " + version,
                answer -> !answer.isError()
                        && answer.version().filter(version.toString()::equals).isPresent());
    }

    void usersAreAnsweredAgain(Deadline deadline) {
        awaitAnswers(deadline, "answered without an error", answer -> !answer.isError());
    }

    private void awaitAnswers(Deadline deadline, String goal, Predicate<Answer> wanted) {
        stage.users().start();
        long from = System.nanoTime();
        Await.state(
                stage,
                deadline,
                goal,
                () -> {
                    List<Answer> answers = stage.users().since(from);
                    return answers.size() >= CONVERGED
                            && answers.subList(answers.size() - CONVERGED, answers.size()).stream()
                                    .allMatch(wanted);
                },
                () -> {
                    List<Answer> answers = stage.users().since(from);
                    return "the last answers were "
                            + answers.subList(Math.max(0, answers.size() - CONVERGED), answers.size());
                });
    }

    @Given("users call {gateway}")
    public void usersCall(int port) {
        assertThat(port).as("the port that users call").isEqualTo(stage.gatewayPort());
        stage.users().start();
    }

    @Then("within {seconds} users on {gateway} are answered by {version}")
    public void usersAreAnswered(PlatformDuration limit, int port, ServiceVersion version) {
        assertThat(port).as("the port that users call").isEqualTo(stage.gatewayPort());
        usersAreAnsweredBy(stage.deadline(limit), version);
    }

    @Then("within {seconds} {int} of {int} answers come from {version}")
    public void shareIs(PlatformDuration limit, int share, int count, ServiceVersion version) {
        Deadline deadline = stage.deadline(limit);
        List<Answer> answers = new ArrayList<>(askAlone(count));
        int late = 0;
        // Whoever is asked after the deadline counts in full, however long the asking itself may take.
        while (shareOf(version, last(count, answers)) != share && late < count) {
            late += deadline.hasPassed() ? 1 : 0;
            answers.addAll(askAlone(1));
        }
        assertThat(versions(last(count, answers)))
                .as("who gave the last of " + answers.size() + " answers")
                .containsEntry(version.toString(), share);
        // The first time may have been by chance, when the old weights were giving way to the new ones.
        assertThat(versions(askAlone(count)))
                .as("who gave " + count + " answers")
                .containsEntry(version.toString(), share);
    }

    private static List<Answer> last(int count, List<Answer> answers) {
        return answers.subList(answers.size() - count, answers.size());
    }

    private static int shareOf(ServiceVersion version, List<Answer> answers) {
        return versions(answers).getOrDefault(version.toString(), 0);
    }

    /** Asks with nobody else of the suite asking, so that whole cycles of the gateway's turns are seen. */
    private List<Answer> askAlone(int count) {
        awaitLastAnswers();
        return stage.users().ask(count);
    }

    private void awaitLastAnswers() {
        stage.users().stop();
        Await.state(
                stage,
                stage.givenDeadline(),
                "answered",
                () -> stage.users().underWay() == 0,
                () -> stage.users().underWay() + " requests had no answer");
    }

    private static Map<String, Integer> versions(List<Answer> answers) {
        Map<String, Integer> versions = new TreeMap<>();
        answers.forEach(answer -> versions.merge(answer.version().orElse(answer.toString()), 1, Integer::sum));
        return versions;
    }

    @Then("users were answered by {version} and by {version}")
    public void usersWereAnsweredBy(ServiceVersion old, ServiceVersion young) {
        assertThat(versions(stage.users().since(stage.whenNanos())))
                .as("who answered the users since the last When")
                .containsOnlyKeys(old.toString(), young.toString());
    }

    @Then("no version but {version} answered users")
    public void nobodyElseAnswered(ServiceVersion version) {
        awaitAnyAnswer();
        assertThat(stage.users().since(stage.whenNanos()))
                .as("the users' answers since the last When")
                .filteredOn(answer -> answer.version().isPresent())
                .isNotEmpty()
                .allMatch(answer -> answer.version().get().equals(version.toString()));
    }

    @Then("users on {gateway} get no answer")
    public void usersGetNoAnswer(int port) {
        assertThat(port).as("the port that users call").isEqualTo(stage.gatewayPort());
        assertThat(askAlone(CONVERGED))
                .as("what users got on gateway " + port)
                .allSatisfy(answer -> assertThat(answer.status()).isEmpty());
    }

    @Then("users saw no error")
    public void usersSawNoError() {
        awaitAnyAnswer();
        // Nor may one who has not been answered yet get an error.
        awaitLastAnswers();
        assertThat(stage.users().since(stage.whenNanos()))
                .as("the users' answers since the last When")
                .isNotEmpty()
                .noneMatch(Answer::isError);
    }

    /** What the When brought about may have come before a single user had called. */
    private void awaitAnyAnswer() {
        Await.state(
                stage,
                Deadline.in(
                        FIRST_ANSWER,
                        stage.environment().pace(),
                        stage.environment().allowance()),
                "answered since the last When",
                () -> !stage.users().since(stage.whenNanos()).isEmpty(),
                () -> "no user has been");
    }

    @Then("requests failed with server errors for at most {seconds}")
    public void requestsFailed(PlatformDuration most) {
        List<Long> failures = failures();
        assertThat(failures).as("requests that failed since the last When").isNotEmpty();
        assertThat(serverErrors())
                .as("how many of " + failures.size() + " failures were a server's errors, 5xx")
                .isPositive();
        assertThat(stage.platformTime(Collections.max(failures) - Collections.min(failures)))
                .as("from the first of " + failures.size() + " failures to the last")
                .isLessThanOrEqualTo(most);
    }

    /**
     * When requests failed since the last When, by {@link System#nanoTime()}. Whose they were makes no difference: the users', or those of the traffic workflow,
     * which calls the same gateway.
     */
    List<Long> failures() {
        return Stream.concat(
                        userErrors().map(Answer::endedNanos), workflowErrors().map(Moment::atNanos))
                .toList();
    }

    private long serverErrors() {
        return userErrors().filter(answer -> answer.status().isPresent()).count()
                + workflowErrors()
                        .filter(event -> SERVER_ERROR.matcher(event.value()).matches())
                        .count();
    }

    private Stream<Answer> userErrors() {
        return stage.users().since(stage.whenNanos()).stream().filter(Answer::isError);
    }

    private Stream<Moment<String>> workflowErrors() {
        return sender.stream()
                .flatMap(workflow -> stage.history().announced(workflow, "response:error", stage.whenMark()).stream());
    }

    /** What a version calls itself in its answers: by the image that it runs, whatever the service is called that this one plays. */
    String nameInAnswers(ServiceVersion version) {
        String image = stage.vamp()
                .get("breeds/" + version.breed())
                .orElseThrow(() -> new AssertionError("there is no breed " + version.breed()))
                .at("/deployable/definition")
                .asText();
        return image.replaceAll(".*/|:.*", "") + " " + version.version();
    }

    /** How many of the users' requests that were sent and answered between two moments each version answered. */
    Map<String, Integer> whoAnswered(long fromNanos, long toNanos) {
        return versions(stage.users().since(fromNanos).stream()
                .filter(answer -> answer.endedNanos() < toNanos)
                .toList());
    }

    @Then("users were kept waiting or saw errors for at least {seconds} and at most {seconds}")
    public void usersWereInterrupted(PlatformDuration least, PlatformDuration most) {
        Duration slow = stage.environment().pace().onTheWall(NOTICEABLE);
        Optional<Outage> outage = Outage.in(stage.users().since(stage.whenNanos()), slow, lastGatewayCame());
        assertThat(outage).as("what users had to wait for or got errors for").isPresent();
        assertThat(stage.platformTime(outage.get().toNanos() - outage.get().fromNanos()))
                .as("from the first to the last of " + outage.get().requests()
                        + " answers that users had to wait for or that were errors")
                .isBetween(least, stage.allowed(most));
    }
}
