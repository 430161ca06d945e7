@recipe @routing @weights
Feature: Requests are divided by weight, exactly
  Two versions of one service run side by side in one deployment. What a weight promises in percent is what users get.

  Rule: the shares are exact over whole cycles

    Scenario: The recipe "HTTP route weight"
      Given the recipe "HTTP route weight" has been run up to "Create the gateway for the users"
      When the recipe goes on to "Check the shares"
      Then the recipe's own check has found "80% / 20%"
      When the check is stopped
      Then within 30 seconds of 50 answers on gateway 9053 40 come from "1.0.0" and 10 from "2.0.0"
      When the recipe is cleaned up
      Then within 60 seconds nothing of it is left
