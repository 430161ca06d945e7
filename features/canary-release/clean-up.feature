@canary @clean-up
Feature: The recipe is cleaned up from any of its steps
  A release that was stopped half-way must not leave anything behind: no deployment, gateway, workflow, breed, scale or blueprint, no app and
  no task, no process and no open port.

  Rule: whatever was done, the clean-up undoes it

    Scenario Outline: The canary release is cleaned up after "<step>"
      Given the canary release has been run up to "<step>"
      When the canary release is cleaned up
      Then within 60 seconds nothing of it is left

      Examples:
        | step                                             |
        | Create the blueprint of sava 1.0                 |
        | Create the breed and the scale that it refers to |
        | Deploy sava 1.0                                  |
        | Create the gateway for the users                 |
        | Introduce sava 1.1 beside sava 1.0               |
        | Send traffic                                     |
        | Start the canary                                 |
        | Scale both versions with their traffic           |

  Rule: a failure does not keep anything from being cleaned up

    Scenario: The canary release is cleaned up after a step that failed
      Given the canary release has failed because the image of sava 1.1 does not exist
      When the canary release is cleaned up
      Then within 60 seconds nothing of it is left

    @kills-containers
    Scenario: The canary release is cleaned up in the middle of an outage
      Given sava 1.0 serves all traffic on gateway 9050
      And sava 1.1 is deployed beside it with 0% of the traffic
      And the traffic workflow sends requests to gateway 9050
      And the canary workflow moves 5 points every 5 seconds
      And sava 1.1 has reached 40% of the traffic
      And the sava 1.1 app has been destroyed in Marathon
      When the canary release is cleaned up
      Then within 60 seconds nothing of it is left
      And nothing is heard of its workflows for 10 seconds
