@recipe @deployment
Feature: A service is configured on three levels
  A breed brings values for its containers; a deployment overrides those of the breed; a service overrides both.

  Rule: the nearest value wins

    Scenario: The recipe "HTTP deployment"
      Given the recipe "HTTP deployment"
      When the recipe is run
      Then within 60 seconds "runner" answers on gateway 9050, from its port 8085
      And the recipe's own check has found the same
      When the recipe is cleaned up
      Then within 60 seconds nothing of it is left
