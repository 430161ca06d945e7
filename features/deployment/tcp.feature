@recipe @deployment @tcp
Feature: A service need not speak HTTP
  Whatever travels over TCP goes through gateways as well.

  Rule: what is written to a gateway of TCP reaches the service, and its answer comes back

    Scenario: The recipe "TCP deployment"
      Given the recipe "TCP deployment"
      When the recipe is run
      Then within 60 seconds "*" written to gateway 9057 is answered by "1.0.0", from its port 8091
      And the recipe's own check has found the same
      When the recipe is cleaned up
      Then within 60 seconds nothing of it is left
