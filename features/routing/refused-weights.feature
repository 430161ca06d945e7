@routing @weights
Feature: Weights that make no sense are refused
  A slip of the hand must not send users anywhere. Vamp says what is wrong, and nothing is changed.

  Background:
    Given sava 1.0 serves all traffic on gateway 9050
    And sava 1.1 is deployed beside it with 0% of the traffic

  Rule: weights are whole percentages that make 100 together

    Scenario Outline: <what>
      When somebody sets the weight of sava 1.0 to "<old>" and that of sava 1.1 to "<new>"
      Then Vamp refuses: "<message>"
      And sava 1.0 has 100% of the traffic and sava 1.1 has 0%
      And within 30 seconds 100 of 100 answers come from sava 1.0

      Examples:
        | what            | old  | new  | message                                      |
        | Below nothing   | 105% | -5%  | Unexpected type for path 'weight'.           |
        | Above all       | 101% | 0%   | Unexpected type for path 'weight'.           |
        | A wrong sum     | 60%  | 30%  | Total route weight must be either 0% or 100% |
        | A sum above all | 60%  | 50%  | Total route weight must be either 0% or 100% |
        | Not a percent   | most | rest | Unexpected type for path 'weight'.           |
        | Numbers in text | 95   | 5    | Unexpected type for path 'weight'.           |

    Scenario: A number without its percent sign
      When somebody sets the weight of sava 1.1 to the number 5
      Then Vamp refuses: "Unexpected type for path 'weight'."
      And sava 1.0 has 100% of the traffic and sava 1.1 has 0%
      And within 30 seconds 100 of 100 answers come from sava 1.0

    Scenario: A route that does not exist
      When somebody gives 10% of the traffic of sava 1.0 to a route that does not exist
      Then Vamp refuses: "routes can be addded or removed only when cluster services are created or removed"
      And sava 1.0 has 100% of the traffic and sava 1.1 has 0%
      And within 30 seconds 100 of 100 answers come from sava 1.0
