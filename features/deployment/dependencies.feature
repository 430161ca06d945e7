@recipe @deployment @dependencies
Feature: A service that depends on another starts after it
  Services find each other through Vamp: who depends on another is started when that one is there, and is told where its gateway is.

  Rule: the one that is depended on comes first, and is reached through its gateway

    Scenario: The recipe "HTTP deployment with dependency"
      Given the recipe "HTTP deployment with dependency"
      When the recipe is run
      Then the service "backend" was deployed before the service "frontend"
      And within 60 seconds a request for "***" on gateway 9052 is answered by "backend", which was asked for the same
      And the recipe's own check has found the same
      When the recipe is cleaned up
      Then within 60 seconds nothing of it is left

    Scenario: The recipe "TCP deployment with dependency"
      Given the recipe "TCP deployment with dependency"
      When the recipe is run
      Then the service "backend:runner" was deployed before the service "frontend:runner"
      And within 60 seconds "***" written to gateway 9058 is answered by "backend", from its port 8095
      And the recipe's own check has found the same
      When the recipe is cleaned up
      Then within 60 seconds nothing of it is left

  Rule: deployments of the same services do not disturb each other

    Scenario: The recipe "Parallel deployments"
      Given the recipe "Parallel deployments"
      When the recipe is run
      Then within 60 seconds "backend:1" answers on gateway 9062
      And within 60 seconds "backend:2" answers on gateway 9063
      And within 60 seconds "backend:3" answers on gateway 9064
      And the recipe's own check has found the same
      When the recipe is cleaned up
      Then within 60 seconds nothing of it is left
