@challenge @own-service
Feature: Somebody else's service is released in the same way
  Another team brings a folder with its own blueprint, gateway and versions. The canary and the mock-metrics workflows serve it as they serve
  sava; nothing of it had to be programmed.

  Rule: the same workflows release it

    Scenario: basket 2.4 is promoted in bolder steps
      Given the recipe "Somebody else's service" has been run up to "Send traffic"
      And users call gateway 9066
      When the canary workflow starts
      Then within 20 seconds the release starts at 10% on basket 2.4
      And within 90 seconds all traffic is on basket 2.4
      And the weight of basket 2.4 went from 0% to 100% in steps of 10%, one every 5 seconds
      And the weights made 100% together all the time
      And users saw no error
      And the health of basket 2.4 was 100% all the time
      And within 90 seconds Vamp was told of response times of 1100 ms and of 50 ms for basket

  Rule: the same workflow rolls it back

    @kills-containers
    Scenario: The basket 2.4 container is killed in the middle of the release
      Given the recipe "Somebody else's service" has been run up to "Start the canary"
      And users call gateway 9066
      And basket 2.4 has reached 40% of the traffic
      When the basket 2.4 container is killed in Marathon
      Then within 30 seconds the traffic is back to 100% on basket 2.3 and 0% on basket 2.4
      And within 30 seconds the health of basket 2.4 falls to 0%
      And within 30 seconds Vamp has redeployed basket 2.4
      And within 90 seconds the release starts over at 10% on basket 2.4
      And only basket 2.3 answered users from 5 seconds after the rollback until basket 2.4 got traffic again
      And basket 2.3 kept its containers and its health
