@canary @weights
Feature: Held weights share the traffic exactly
  What a release promises to users in percentages must be what they get.

  Background:
    Given sava 1.0 serves all traffic on gateway 9050
    And sava 1.1 is deployed beside it with 0% of the traffic

  Rule: of 100 requests, each version answers as many as its weight says

    Scenario: Four fifths, and nineteen twentieths
      When the weights are set to 80% on sava 1.0 and 20% on sava 1.1
      Then within 20 seconds 20 of 100 answers come from sava 1.1
      When the weights are set to 95% on sava 1.0 and 5% on sava 1.1
      Then within 20 seconds 5 of 100 answers come from sava 1.1
