@canary @promotion
Feature: A healthy canary is promoted step by step
  Traffic moves from the old version to the new one by 5 points every 5 seconds, and nobody notices. What a promotion looks like
  is pinned down to the order of its events, so that nothing else can pass for one.

  Background:
    Given sava 1.0 serves all traffic on gateway 9050
    And sava 1.1 is deployed beside it with 0% of the traffic
    And the traffic workflow sends requests to gateway 9050

  Rule: as long as no response fails, the new version gets 5 points more every 5 seconds

    Scenario: All traffic moves to sava 1.1
      When the canary workflow starts
      Then within 20 seconds the release starts at 5% on sava 1.1
      And within 130 seconds all traffic is on sava 1.1
      And the weight of sava 1.1 went from 0% to 100% in steps of 5%, one every 5 seconds
      And the weights made 100% together all the time
      And the health of sava 1.0 was 100% all the time
      And the health of sava 1.1 was 100% all the time
      And users were answered by sava 1.0 and by sava 1.1
      And users saw no error
      And within 140 seconds 100 of 100 answers come from sava 1.1

    Scenario: The events of a promotion
      When the canary workflow starts
      Then within 130 seconds all traffic is on sava 1.1
      And the canary workflow announced 20 steps forward and no step back
      And each step of the canary workflow was written to the gateway of sava before it was announced
      And no service was redeployed
      And no gateway was withdrawn
      And no further step of the canary workflow follows for 15 seconds
