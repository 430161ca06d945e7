@rollback @kills-containers
Feature: A release that fails again is rolled back again
  A rollback is no end: the release starts over by itself. It must be as careful then as it was the first time, and come to its end when
  nothing fails any more.

  Background:
    Given sava 1.0 serves all traffic on gateway 9050
    And sava 1.1 is deployed beside it with 0% of the traffic
    And the traffic workflow sends requests to gateway 9050
    And the canary workflow moves 5 points every 5 seconds

  Rule: the same failure leads to the same rollback, and a release without one to promotion

    Scenario: The sava 1.1 container is killed, and killed again
      Given sava 1.1 has reached 40% of the traffic
      When the sava 1.1 container is killed in Marathon
      Then within 30 seconds the traffic is back to 100% on sava 1.0 and 0% on sava 1.1
      And within 90 seconds the release starts over at 5% on sava 1.1
      And sava 1.1 has reached 30% of the traffic
      When the sava 1.1 container is killed in Marathon
      Then within 30 seconds the traffic is back to 100% on sava 1.0 and 0% on sava 1.1
      And within 30 seconds the health of sava 1.1 falls to 0%
      And within 90 seconds the health of sava 1.1 is 100% again
      And within 90 seconds the release starts over at 5% on sava 1.1
      And sava 1.1 had been free of errors for at least 25 seconds by then
      And within 240 seconds all traffic is on sava 1.1
      And within 240 seconds users on gateway 9050 are answered by sava 1.1
      And sava 1.0 kept its containers and its health
