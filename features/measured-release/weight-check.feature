@recipe @canary @weights
Feature: A release that believes only what it has measured
  Before more traffic is moved, the shares that users get are measured. The release goes on only where they are what the gateway promises.

  Rule: every step waits until the last one has arrived with the users

    Scenario: The recipe "Canary release with weight check"
      Given the recipe "Canary release with weight check"
      When the recipe is run
      Then within 120 seconds all traffic of gateway "runner/runner/web" has moved to "runner:2" in steps of 20%
      And each step of gateway "runner/runner/web" came after "runner:2" had been measured to have exactly its share
      And within 150 seconds "2.0.0" answers on gateway 9059
      When the recipe is cleaned up
      Then within 60 seconds nothing of it is left
