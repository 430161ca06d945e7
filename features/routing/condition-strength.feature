@recipe @routing @conditions
Feature: A condition claims a part of the requests that meet it
  A route may have a condition besides its weight. Of the requests that meet it, as many as its strength says take the route; all others are divided
  by weight.

  Rule: a strength of 50% on a route of 20% makes 60% of the requests that meet the condition

    Scenario: The recipe "HTTP condition strength"
      Given the recipe "HTTP condition strength" has been run up to "Create the gateway for the users"
      When the recipe goes on to "Check the shares"
      Then the recipe's own check has found "40% / 60%"
      When the check is stopped
      Then within 30 seconds of 50 answers to "2" on gateway 9056 20 come from "1.0.0" and 30 from "2.0.0"
      And within 30 seconds of 50 answers to "1" on gateway 9056 40 come from "1.0.0" and 10 from "2.0.0"
      When the recipe is cleaned up
      Then within 60 seconds nothing of it is left
