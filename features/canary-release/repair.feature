@canary @repair @kills-containers
Feature: A service that has run for long is repaired like any other
  A release may take longer than ten minutes. When a container is lost then, Vamp must start another and send traffic to it.

  Background:
    Given sava 1.0 serves all traffic on gateway 9050
    And sava 1.1 is deployed beside it with 0% of the traffic

  Rule: the age of a service makes no difference

    @nightly @vamp-0.9.5
    Scenario: The sava 1.1 container is killed after eleven minutes
      Given sava 1.1 has run undisturbed for 660 seconds
      When the sava 1.1 container is killed in Marathon
      Then within 30 seconds Marathon runs a new sava 1.1 container
      And within 30 seconds Vamp has redeployed sava 1.1

    @nightly @vamp-0.9.2
    Scenario: Vamp 0.9.2 gives up a service that was set up more than ten minutes ago
      Given sava 1.1 has run undisturbed for 660 seconds
      When the sava 1.1 container is killed in Marathon
      Then within 30 seconds Marathon runs a new sava 1.1 container
      And within 30 seconds Vamp has given up sava 1.1
