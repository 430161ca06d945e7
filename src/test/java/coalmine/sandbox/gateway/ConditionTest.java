package coalmine.sandbox.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {

    private final Condition.Request request = new Condition.Request(
            "GET",
            "/2/things?of=mine",
            MultiMap.caseInsensitiveMultiMap()
                    .add("User-Agent", "Mozilla/5.0 Firefox/49.0")
                    .add("Host", "shop.example:9050")
                    .add("Cookie", "group=testers; beta=1")
                    .add("X-Version", "canary-2"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "User-Agent == Firefox",
                "user-agent=Firefox",
                "User-Agent is 'Firefox/49.0'",
                "User-Agent != Chrome",
                "User-Agent misses Chrome",
                "Host == shop.example:9050",
                "has Cookie beta",
                "contains Cookie beta",
                "misses Cookie gamma",
                "has Header X-Version",
                "misses Header X-Nothing",
                "Cookie group has test",
                "Header X-Version contains canary",
                "NOT has Cookie gamma",
                "User-Agent == Firefox AND has Cookie beta",
                "User-Agent == Chrome OR has Cookie beta",
                "User-Agent == Chrome OR (has Cookie beta AND NOT (has Cookie gamma))",
                "< url_beg /2 >",
                "< url_beg /1 /2 > and has Header X-Version",
                "url_beg /2",
                "< path /2/things >",
                "< !path_end /others >",
                "< hdr(x-version) -m sub nar >",
                "< hdr_beg(host) -i SHOP >",
                "< cook(beta) -m found >",
                "< method GET HEAD >"
            })
    void what_a_request_meets(String text) {
        assertThat(Condition.parse(text).matches(request)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "User-Agent == Chrome",
                "User-Agent == firefox",
                "Host == shop.example",
                "Cookie group misses testers",
                "Cookie group has devs",
                "Cookie gamma has 1",
                "has Cookie bet",
                "Header X-Version contains old",
                "User-Agent == Firefox AND has Cookie gamma",
                "NOT (User-Agent == Firefox OR has Cookie gamma)",
                "< url_beg /3 >",
                "< !url_beg /2 >",
                "< path /2 >",
                "< hdr(x-nothing) a >",
                "< method POST >"
            })
    void what_a_request_does_not_meet(String text) {
        assertThat(Condition.parse(text).matches(request)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"src 10.0.0.0/8", "< ssl_fc >", "User-Agent", "< url_reg ^/2 >", "< cook >", "< url_beg >"})
    void what_is_not_known_is_refused_by_name(String text) {
        assertThatThrownBy(() -> Condition.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text.replaceAll("[<>]", "").trim());
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "NOT ", "!"})
    void what_is_nested_too_deep_is_refused(String nested) {
        String deep = nested.repeat(100) + "Host == a";

        assertThatThrownBy(() -> Condition.parse(deep))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a condition that is nested more than 100 deep");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host == a OR ", "(", "NOT "})
    void what_is_too_long_is_refused(String repeated) {
        assertThatThrownBy(() -> Condition.parse(repeated.repeat(40_000) + "Host == a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a condition of more than 8192 characters");
    }

    @Test
    void a_condition_as_long_as_may_be_is_understood() {
        assertThat(Condition.parse("Host == a OR ".repeat(625) + "has Cookie beta")
                        .matches(request))
                .isTrue();
        assertThat(Condition.parse("Host == '" + "x\\'".repeat(2700) + "' OR has Cookie beta")
                        .matches(request))
                .isTrue();
    }

    @Test
    void a_rewrite_keeps_the_query() {
        Rewrite rewrite = Rewrite.parse("/new if < url_beg /2 >");

        assertThat(rewrite.condition().matches(request)).isTrue();
        assertThat(rewrite.uri(request)).isEqualTo("/new?of=mine");
        assertThatThrownBy(() -> Rewrite.parse("%[path,regsub(a,b)] if < url_beg /2 >"))
                .hasMessageContaining("regsub");
        assertThatThrownBy(() -> Rewrite.parse("/new")).hasMessageContaining("/new");
    }
}
