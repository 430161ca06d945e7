@routing @conditions
Feature: A canary that only some users can reach
  Before a new version is given any share of the traffic, those who ask for it can try it: by a header, a cookie, or their browser.

  Background:
    Given sava 1.0 serves all traffic on gateway 9050
    And sava 1.1 is deployed beside it with 0% of the traffic

  Rule: a condition on a route of 0% lets those in who meet it, and nobody else

    Scenario: Those who send a header
      When requests that meet "has Header X-Canary" are given to sava 1.1 with a strength of 100%
      Then within 20 seconds 10 of 10 requests with the header "X-Canary" on gateway 9050 are answered by sava 1.1
      And 10 of 10 requests without it on gateway 9050 are answered by sava 1.0
      And sava 1.0 has 100% of the traffic and sava 1.1 has 0%

    Scenario: Those who carry a cookie
      When requests that meet "Cookie group has testers" are given to sava 1.1 with a strength of 100%
      Then within 20 seconds 10 of 10 requests with the cookie "group=testers" on gateway 9050 are answered by sava 1.1
      And 10 of 10 requests without it on gateway 9050 are answered by sava 1.0

  Rule: with less strength, some of those who meet the condition are divided by weight like all others

    Scenario: Half of those who use a certain browser
      When requests that meet "User-Agent == Firefox AND NOT has Cookie old" are given to sava 1.1 with a strength of 50%
      Then within 20 seconds 10 of 20 requests of a "Firefox" browser on gateway 9050 are answered by sava 1.1
      And 20 of 20 requests without it on gateway 9050 are answered by sava 1.0
