@routing @sticky
Feature: A user stays with a version
  Whoever was answered by a version comes back to it, so that nobody goes back and forth in the middle of what he does. When the version loses its
  traffic, its users are moved.

  Background:
    Given sava 1.0 serves all traffic on gateway 9050
    And sava 1.1 is deployed beside it with 0% of the traffic
    And users of sava come back to the version that they had

  Rule: a rollback moves everybody, without an error

    Scenario: A user of the new version is moved back
      When the weights are set to 50% on sava 1.0 and 50% on sava 1.1
      And a user with a browser is answered by sava 1.1
      Then the next 10 answers to this user come from sava 1.1
      When the weights are set to 100% on sava 1.0 and 0% on sava 1.1
      Then within 20 seconds this user is answered by sava 1.0 and saw no error
      And the next 10 answers to this user come from sava 1.0
