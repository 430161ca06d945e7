@canary @rollback @kills-containers @durations
Feature: How long a rollback takes is told
  Whoever answers for a release wants to know how long its users had to suffer: from the kill until the first of them saw an error, until
  the platform noticed, until all traffic was back, and until the release went on. The report tells it in seconds, and draws it.

  Scenario: The seconds from the kill to everything that follows
    Given sava 1.0 serves all traffic on gateway 9050
    And sava 1.1 is deployed beside it with 0% of the traffic
    And the traffic workflow sends requests to gateway 9050
    And the canary workflow moves 5 points every 5 seconds
    And sava 1.1 has reached 60% of the traffic
    When the sava 1.1 container is killed in Marathon
    Then within 90 seconds the release starts over at 5% on sava 1.1
    And within 90 seconds the health of sava 1.1 is 100% again
    And only sava 1.0 answered users from 5 seconds after the rollback until sava 1.1 got traffic again
    And the report tells these marks of the release of sava
      | first shift                | before the kill |
      | first error seen by a user | at most 20 s    |
      | detected                   | at most 30 s    |
      | rolled back                | at most 30 s    |
      | healthy                    | at most 90 s    |
      | restarted                  | at most 90 s    |
