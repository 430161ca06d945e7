@canary @rollback @kills-containers
Feature: A failing canary is rolled back
  Users must never stay on a version that fails. When responses of the new version fail, all traffic returns to the old version, and the
  release starts over once the new version has been healthy for 30 seconds.

  Background:
    Given sava 1.0 serves all traffic on gateway 9050
    And sava 1.1 is deployed beside it with 0% of the traffic
    And the traffic workflow sends requests to gateway 9050
    And the canary workflow moves 5 points every 5 seconds

  Rule: errors of the new version send all traffic back to the old one

    @smoke
    Scenario: The sava 1.1 container is killed in the middle of the release
      Given sava 1.1 has reached 40% of the traffic
      When the sava 1.1 container is killed in Marathon
      Then within 30 seconds the traffic is back to 100% on sava 1.0 and 0% on sava 1.1
      And within 30 seconds the health of sava 1.1 falls to 0%
      And within 30 seconds Marathon runs a new sava 1.1 container
      And within 90 seconds the health of sava 1.1 is 100% again
      And within 90 seconds the release starts over at 5% on sava 1.1
      And sava 1.1 had been free of errors for at least 25 seconds by then
      And only sava 1.0 answered users from 5 seconds after the rollback until sava 1.1 got traffic again
      And within 120 seconds users meet sava 1.1 again
      And sava 1.0 kept its containers and its health
      And requests failed with server errors for at most 30 seconds

    Scenario: The sava 1.1 app is destroyed in the middle of the release
      Given sava 1.1 has reached 40% of the traffic
      When the sava 1.1 app is destroyed in Marathon
      Then within 30 seconds the traffic is back to 100% on sava 1.0 and 0% on sava 1.1
      And within 30 seconds the health of sava 1.1 falls to 0%
      And within 30 seconds Vamp has deployed sava 1.1 anew
      And within 30 seconds Marathon runs a new sava 1.1 container
      And within 90 seconds the health of sava 1.1 is 100% again
      And within 90 seconds the release starts over at 5% on sava 1.1
      And sava 1.1 had been free of errors for at least 25 seconds by then
      And only sava 1.0 answered users from 5 seconds after the rollback until sava 1.1 got traffic again
      And sava 1.0 kept its containers and its health
      And requests failed with server errors for at most 30 seconds

    Scenario: The sava 1.1 app is destroyed when it has all the traffic
      Given sava 1.1 has reached 100% of the traffic
      When the sava 1.1 app is destroyed in Marathon
      Then within 30 seconds the traffic is back to 100% on sava 1.0 and 0% on sava 1.1
      And within 30 seconds Vamp has deployed sava 1.1 anew
      And within 30 seconds Marathon runs a new sava 1.1 container
      And within 30 seconds users on gateway 9050 are answered by sava 1.0
      And within 90 seconds the health of sava 1.1 is 100% again
      And within 90 seconds the release starts over at 5% on sava 1.1
      And requests failed with server errors for at most 30 seconds

  Rule: a rollback is told apart from a promotion by its events

    Scenario: The events of a rollback
      Given sava 1.1 has reached 40% of the traffic
      When the sava 1.1 container is killed in Marathon
      Then within 30 seconds the traffic is back to 100% on sava 1.0 and 0% on sava 1.1
      And the canary workflow took at most 2 steps forward after the first error and then 1 step back to 100% on sava 1.0
      And each step of the canary workflow was written to the gateway of sava before it was announced
      And within 30 seconds users on gateway 9050 are answered by sava 1.0
      And within 30 seconds sava 1.1 was announced as redeployed and then as deployed
      And no gateway was withdrawn
      And no further step of the canary workflow follows for 15 seconds
