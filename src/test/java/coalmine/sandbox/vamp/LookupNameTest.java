package coalmine.sandbox.vamp;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.sandbox.vamp.artifact.LookupName;
import org.junit.jupiter.api.Test;

/** The hashes of facts 1.1 and 7.5, and some of the recordings. */
class LookupNameTest {

    @Test
    void a_deployment_and_its_gateways_have_the_names_that_a_real_vamp_gave_them() {
        assertThat(LookupName.ofDeployment("sava")).isEqualTo("b745761242ab5566a44b556e62764beed46fa8de");
        assertThat(LookupName.ofGateway("sava/sava/web")).isEqualTo("7ea10e6bf353b26702cd542ed0ebf4e8b2ffa773");
        assertThat(LookupName.ofRoute("sava/sava/web", "sava/sava/sava:1.1/web"))
                .isEqualTo("a1f97713a7d71bc988b9003d4a211ac636541c14");
        assertThat(LookupName.ofRoute("sava", "sava/sava/web")).isEqualTo("cc4304cb219cda5af712e2b4fcc045740be0e4b7");
    }

    @Test
    void a_leading_zero_is_dropped_as_vamp_prints_a_number() {
        assertThat(LookupName.ofRoute("labgw", "[127.0.0.1:31999]"))
                .isEqualTo("bf3bfcd738c81695d9eb672512ee78ff2215ecb");
    }

    @Test
    void a_name_that_marathon_does_not_take_gets_a_hash() {
        assertThat(LookupName.ofApp("sava:1.0")).isEqualTo("sava-1-0-e0fac2d5bb3be249d937");
        assertThat(LookupName.ofApp("sava:1.0.0")).isEqualTo("sava-1-0-0-6fd83b1fd01f7dd9eb7f");
        assertThat(LookupName.ofApp("backend")).isEqualTo("backend");
        assertThat(LookupName.ofAppGroup("sava:1.0")).isEqualTo("e0fac2d5bb3be249d937");
    }
}
