@canary @manual
Feature: Weights that are set by hand in the middle of a release
  People may move traffic themselves at any time. The canary workflow of Vamp 0.9.2 remembers its own last setting, and takes over from
  there with its next step.

  Background:
    Given sava 1.0 serves all traffic on gateway 9050
    And sava 1.1 is deployed beside it with 0% of the traffic
    And the traffic workflow sends requests to gateway 9050
    And the canary workflow moves 5 points every 5 seconds

  Rule: the workflow goes on from its own last setting

    Scenario: Half of the traffic is moved by hand
      Given sava 1.1 has reached 25% of the traffic
      When the weights are set to 50% on sava 1.0 and 50% on sava 1.1
      Then within 5 seconds Vamp holds 50% on sava 1.0 and 50% on sava 1.1, or what has been set since
      And within 10 seconds the canary workflow goes on with its own next step
      And within 20 seconds the canary workflow has taken 2 steps of 5 points
      And the weights made 100% together all the time
      And users saw no error

    Scenario: All traffic is moved back by hand
      Given sava 1.1 has reached 25% of the traffic
      When the weights are set to 100% on sava 1.0 and 0% on sava 1.1
      Then within 5 seconds Vamp holds 100% on sava 1.0 and 0% on sava 1.1, or what has been set since
      And within 10 seconds the canary workflow goes on with its own next step
      And the weights made 100% together all the time
      And users saw no error
