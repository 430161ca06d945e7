@recipe @auto-scaling @sla
Feature: Vamp scales a service that does not keep to its SLA
  A cluster may say how fast it has to answer, and what is to be done when it does not.

  Rule: too slow means one instance more, faster than it need be one less, within bounds

    Scenario: The recipe "Auto-scaling with SLA"
      Given the recipe "Auto-scaling with SLA"
      When the recipe is run
      Then within 90 seconds Vamp says that the cluster "sava" is too slow
      And within 90 seconds Marathon runs 3 containers of "runner"
      And within 90 seconds 3 instances answer on gateway 9060
      And within 150 seconds Vamp says that the cluster "sava" could do with less
      And within 150 seconds Marathon runs 1 container of "runner"
      And the workflow "check-scale" never saw fewer than 1 or more than 3 instances
      When the recipe is cleaned up
      Then within 60 seconds nothing of it is left
      And within 60 seconds the metrics workflow runs again

  Rule: it makes no difference who says that an SLA is not met

    Scenario: The recipe "Auto-scaling with SLA and escalation"
      Given the recipe "Auto-scaling with SLA and escalation"
      When the recipe is run
      Then within 120 seconds the workflow "check-scale" has seen the scale rise to 3 and fall to 1
      And within 120 seconds Marathon runs 1 container of "runner"
      And the workflow "check-scale" never saw fewer than 1 or more than 3 instances
      When the recipe is cleaned up
      Then within 60 seconds nothing of it is left
