@canary @nightly @restarts-vamp
Feature: A power cut in the middle of a release
  Vamp, Marathon and all that they run may end at once. The sandbox keeps what it knows in its memory: started again it knows nothing of the release,
  and nobody is served until the release has been run anew. What Vamp's quick start brings back of it has not been seen, so nothing is asked of it here.

  Background:
    Given sava 1.0 serves all traffic on gateway 9050
    And sava 1.1 is deployed beside it with 0% of the traffic
    And the traffic workflow sends requests to gateway 9050
    And the canary workflow moves 5 points every 5 seconds

  Scenario: The whole Vamp container is killed in the middle of the release, and started again
    Given sava 1.1 has reached 40% of the traffic
    When the whole Vamp is killed and started again
    Then within 5 seconds nothing of it is left
    And users on gateway 9050 get no answer
    When the recipe is run anew up to "Start the canary"
    Then within 120 seconds the release starts at 5% on sava 1.1
    And within 120 seconds users on gateway 9050 are answered by sava 1.1
