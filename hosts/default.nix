# The example fleet. `mkFleet` finds the hosts by listing ./generated.
{ mkFleet }: mkFleet { src = ./.; }
