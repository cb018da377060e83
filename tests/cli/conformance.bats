#!/usr/bin/env bats
# The template language against real Go.

@test "the tables, our engine and Go agree" {
  run tests/conformance/run
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output == *" cases, 0 failed"*"vmango-render: "*" cases, 0 failed"* ]]
}
