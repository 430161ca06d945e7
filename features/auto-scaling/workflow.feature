@recipe @auto-scaling
Feature: A workflow scales a service with its response time
  Slow answers mean more instances, fast ones fewer, within bounds.

  Rule: from 1 to 3 instances and back again

    Scenario: The recipe "Auto-scaling"
      Given the recipe "Auto-scaling"
      When the recipe is run
      Then within 60 seconds Marathon runs 3 containers of "runner"
      And within 60 seconds 3 instances answer on gateway 9051
      And within 120 seconds Marathon runs 1 container of "runner"
      And within 120 seconds 1 instance answers on gateway 9051
      And the workflow "auto-scaling" never saw fewer than 1 or more than 3 instances
      When the recipe is cleaned up
      Then within 60 seconds nothing of it is left
      And within 60 seconds the metrics workflow runs again
