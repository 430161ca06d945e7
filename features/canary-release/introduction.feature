@canary @introduction
Feature: A new version is introduced beside the old one
  Before a release can move traffic, the old version must serve it all, and the new one must run beside it without being given any.

  Rule: the old version is deployed from a blueprint and serves everybody

    @smoke
    Scenario: sava 1.0 is deployed at scale large behind gateway 9050
      When sava 1.0 is deployed from its blueprint
      And gateway 9050 is opened to it
      Then within 30 seconds sava 1.0 runs with 4 instances
      And within 30 seconds users on gateway 9050 are answered by sava 1.0
      And within 60 seconds 100 of 100 answers come from sava 1.0
      And Marathon runs 4 sava 1.0 containers

  Rule: the new version starts with no traffic at all

    Scenario: sava 1.1 is deployed beside sava 1.0
      Given sava 1.0 serves all traffic on gateway 9050
      When sava 1.1 is introduced
      Then within 30 seconds sava 1.1 runs with 1 instance
      And within 30 seconds users on gateway 9050 are answered by sava 1.0
      And sava 1.0 has 100% of the traffic and sava 1.1 has 0%
      And within 60 seconds 100 of 100 answers come from sava 1.0
      And no version but sava 1.0 answered users
      And sava 1.0 kept its containers

    @vamp-0.9.5
    Scenario: Users notice nothing of it
      Given sava 1.0 serves all traffic on gateway 9050
      When sava 1.1 is introduced
      Then within 30 seconds sava 1.1 runs with 1 instance
      And sava 1.0 has 100% of the traffic and sava 1.1 has 0%
      And no gateway was withdrawn
      And no version but sava 1.0 answered users
      And users saw no error

    @vamp-0.9.2
    Scenario: Vamp 0.9.2 interrupts the users until sava 1.1 has its first instance
      Given sava 1.0 serves all traffic on gateway 9050
      When sava 1.1 is introduced
      Then the gateway of sava was withdrawn and came back within 30 seconds
      And within 30 seconds users on gateway 9050 are answered by sava 1.0
      And users were kept waiting or saw errors for at least 1 second and at most 15 seconds
