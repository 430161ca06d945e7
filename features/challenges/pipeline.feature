@challenge @pipeline
Feature: A pipeline releases with one command
  Nobody watches a release that a CI pipeline makes. The pipeline starts it, waits, and goes on or stops by how the command ends; what happened
  can be read in its output.

  Background:
    Given the recipe "A release from a pipeline"
    When the pipeline releases it

  Rule: the pipeline goes on when the new version was promoted, and stops when it was rolled back

    Scenario: sava 1.1 is promoted
      Given the pipeline has moved 5% of the traffic to sava 1.1
      And users call gateway 9050
      Then within 300 seconds the pipeline goes on
      And its output ends with sava 1.1 at 100% and "was promoted"
      And sava 1.0 has 0% of the traffic and sava 1.1 has 100%
      And within 300 seconds users on gateway 9050 are answered by sava 1.1
      And users saw no error
      And within 300 seconds there is no canary workflow

    @kills-containers
    Scenario: The sava 1.1 container is killed in the middle of the release
      Given the pipeline has moved 40% of the traffic to sava 1.1
      And users call gateway 9050
      When the sava 1.1 container is killed in Marathon
      Then within 30 seconds the pipeline stops
      And its output ends with sava 1.1 at 0% and "was rolled back"
      And sava 1.0 has 100% of the traffic and sava 1.1 has 0%
      And within 40 seconds users on gateway 9050 are answered by sava 1.0
      And within 40 seconds there is no canary workflow
