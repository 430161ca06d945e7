@recipe @canary @auto-scaling
Feature: A release scales both versions with their traffic
  While traffic moves from the old version to the new one, each gets the instances that its share needs, and nobody notices.

  Rule: the new version grows with its share, and the old one shrinks

    Scenario: The recipe "Canary release with rollback", with auto-scaling
      Given the recipe "Canary release with rollback"
      When the recipe is run
      Then within 220 seconds all traffic is on sava 1.1
      And within 300 seconds sava 1.1 runs with 4 instances
      And the workflow "auto-scaling" gave sava 1.1 more than 2 instances before it had all the traffic
      And within 300 seconds sava 1.0 runs with 2 instances
      And within 300 seconds users on gateway 9050 are answered by sava 1.1
      When the recipe is cleaned up
      Then within 60 seconds nothing of it is left
