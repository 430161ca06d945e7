package coalmine.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Opens the site of a real run in a real browser. With {@code -Dcoalmine.screenshots=src/docs} it takes the pictures that the README shows. */
@EnabledIf(
        value = "coalmine.report.Browser#isInstalled",
        disabledReason = "there is no Chromium on the path; Debian's package is chromium")
class BrowserTest {

    private static final Path SCREENSHOTS = Path.of(System.getProperty("coalmine.screenshots", "target/screenshots"));
    private static final String KILLED = "#the-sava-1-1-container-is-killed-in-the-middle-of-the-release";

    @TempDir
    static Path folder;

    private static Browser browser;

    @BeforeAll
    static void open() throws IOException {
        Path messages = folder.resolve("messages.ndjson");
        try (InputStream run = BrowserTest.class.getResourceAsStream("run.ndjson")) {
            Files.copy(run, messages);
        }
        History history = new History(folder.resolve("history.jsonl"));
        for (int day = 10; day < 24; day++) {
            history.add(HistoryTest.run(
                    "2026-11-" + day + "T03:00:00Z",
                    java.util.Map.of("canary-release/rollback" + KILLED, day == 15 ? "failed" : "passed"),
                    8.4 + day % 3,
                    9.8,
                    12.0 + day % 5));
        }
        LivingDocumentation.build(Messages.read(messages), folder.resolve("site"), Optional.of(history));
        browser = new Browser(Files.createDirectory(folder.resolve("profile")));
    }

    @AfterAll
    static void close() {
        browser.close();
    }

    @BeforeEach
    void asADesk() {
        browser.resize(1200, 1000);
        browser.prefer("light");
    }

    private static URI page(String name) {
        return URI.create(folder.resolve("site").toUri() + name);
    }

    private static int count(String selector) {
        return browser.evaluate(
                        "[...document.querySelectorAll('" + selector + "')].filter(it => it.checkVisibility()).length")
                .asInt();
    }

    private static void choose(String name, String value) {
        browser.evaluate("{ const form = document.querySelector('form.filter'); form.elements." + name + ".value = '"
                + value + "'; form.dispatchEvent(new Event('input')); }");
    }

    @Test
    void the_front_page_is_painted_within_a_second_and_shows_every_scenario() throws IOException {
        browser.open(page("index.html"));

        assertThat(browser.evaluate(
                                "new Promise(done => new PerformanceObserver(seen => seen.getEntriesByName('first-contentful-paint')"
                                        + ".forEach(it => done(it.startTime))).observe({type: 'paint', buffered: true}))")
                        .asDouble())
                .isGreaterThan(0)
                .isLessThan(1000);
        assertThat(count("li[data-status]")).isEqualTo(all());
        assertThat(count("li[data-status] svg.spark")).isEqualTo(2);
        browser.screenshot(SCREENSHOTS.resolve("front-page.png"));
        nothingWentWrong();
    }

    private static int all() {
        return browser.evaluate("document.querySelectorAll('li[data-status]').length")
                .asInt();
    }

    @Test
    void scenarios_can_be_filtered_by_status_tag_and_words_and_the_link_keeps_it() {
        browser.open(page("index.html"));
        int all = all();

        choose("status", "passed");
        assertThat(count("li[data-status]")).isEqualTo(2);
        assertThat(browser.evaluate("document.querySelector('output').textContent")
                        .asText())
                .isEqualTo("2 of " + all + " scenarios");
        choose("tag", "@smoke");
        assertThat(count("li[data-status]")).isEqualTo(1);
        assertThat(count("section.feature")).isEqualTo(1);
        choose("words", "no such words");
        assertThat(count("li[data-status]")).isZero();
        choose("words", "KILLED");
        assertThat(count("li[data-status]")).isEqualTo(1);
        String link = browser.evaluate("location.href").asText();

        browser.open(URI.create("about:blank"));
        browser.open(URI.create(link));
        assertThat(count("li[data-status]")).isEqualTo(1);
        nothingWentWrong();
    }

    @Test
    void a_link_leads_to_the_scenario_and_its_picture_is_drawn() throws IOException {
        browser.open(page("index.html"));
        browser.leaving(() -> browser.evaluate("document.querySelector('a[href$=\"" + KILLED + "\"]').click()"));

        assertThat(browser.evaluate("document.querySelector(':target h3').textContent")
                        .asText())
                .contains("is killed");
        assertThat(count(":target svg.desk path.weight")).isEqualTo(2);
        assertThat(count(":target svg.desk line.kill")).isEqualTo(1);
        assertThat(browser.evaluate("document.querySelector(':target svg.desk').getBoundingClientRect().width")
                        .asDouble())
                .isGreaterThan(600);
        assertThat(count(":target svg.phone")).isZero();
        assertThat(browser.evaluate("getComputedStyle(document.querySelector(':target rect.hatch')).fill")
                        .asText())
                .contains("#hatch");
        assertThat(browser.evaluate(
                                "[...document.querySelectorAll(':target svg.desk .span')].every(it => document.querySelector(':target table')"
                                        + ".textContent.includes(it.textContent.split(' s ')[0] + ' s'))")
                        .asBoolean())
                .as("every second of the picture stands in the table")
                .isTrue();
        browser.evaluate("document.querySelector(':target figure').scrollIntoView({behavior: 'instant'})");
        browser.resize(1200, 800);
        browser.screenshot(SCREENSHOTS.resolve("release.png"));
        nothingWentWrong();
    }

    @Test
    void on_a_phone_nothing_is_wider_than_the_screen_and_the_small_picture_is_shown() throws IOException {
        browser.resize(390, 844);
        for (String name : List.of("index.html", "features/canary-release.rollback.html", "trends.html")) {
            browser.open(page(name));
            assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
                    .as(name)
                    .isLessThanOrEqualTo(390);
        }
        browser.open(page("features/canary-release.rollback.html" + KILLED));
        assertThat(count(":target svg.phone")).isEqualTo(1);
        assertThat(count(":target svg.desk")).isZero();
        browser.evaluate("document.querySelector(':target figure').scrollIntoView({behavior: 'instant'})");
        browser.screenshot(SCREENSHOTS.resolve("phone.png"));
        nothingWentWrong();
    }

    @Test
    void in_the_dark_letters_are_light() throws IOException {
        browser.prefer("dark");
        browser.open(page("trends.html"));

        assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor")
                        .asText())
                .isEqualTo("rgb(20, 23, 27)");
        assertThat(count("svg.trend-chart")).isEqualTo(3);
        browser.screenshot(SCREENSHOTS.resolve("trends-dark.png"));
        nothingWentWrong();
    }

    @Test
    void the_keyboard_reaches_the_content_first_and_then_every_link_and_filter() {
        browser.open(page("index.html"));
        browser.press("Tab");
        assertThat(browser.evaluate("document.activeElement.className").asText())
                .isEqualTo("skip");
        assertThat(browser.evaluate(
                                "[...document.querySelectorAll('a,input,select,summary')].every(it => it.tabIndex >= 0)")
                        .asBoolean())
                .isTrue();
        assertThat(browser.evaluate(
                                "[...document.querySelectorAll('input,select')].every(it => it.labels.length === 1)")
                        .asBoolean())
                .as("every field has a label")
                .isTrue();
        nothingWentWrong();
    }

    private static void nothingWentWrong() {
        assertThat(browser.errors()).isEmpty();
        assertThat(browser.requests())
                .isNotEmpty()
                .allMatch(url ->
                        url.startsWith(page("").toString()) || url.startsWith("data:") || url.equals("about:blank"));
    }
}
