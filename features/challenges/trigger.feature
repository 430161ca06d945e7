@challenge @trigger
Feature: A deployment triggers the canary
  Whoever introduces a new version need not know of the canary: a workflow that follows the events starts it.

  Rule: the canary starts when a second version has been deployed beside the first, and not before

    Scenario: sava 1.1 is deployed beside sava 1.0
      Given the recipe "A canary that a deployment triggers" has been run up to "Watch for deployments"
      And there is no canary workflow
      When the recipe goes on to "Introduce sava 1.1, which starts the canary"
      Then within 60 seconds the release starts at 5% on sava 1.1
      And nothing was heard of the canary workflow until sava 1.1 had been deployed
      And within 180 seconds all traffic is on sava 1.1
      And the weights made 100% together all the time

    @vamp-0.9.5
    Scenario: sava 1.1 is deployed where Vamp runs a workflow for the event
      Given the recipe "A canary that an event schedule triggers" has been run up to "Have deployments trigger it"
      And there is no canary workflow
      When the recipe goes on to "Introduce sava 1.1, which starts the canary"
      Then within 60 seconds the release starts at 5% on sava 1.1
      And nothing was heard of the canary workflow until sava 1.1 had been deployed
      And the weights made 100% together all the time
