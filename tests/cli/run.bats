# SPDX-License-Identifier: GPL-2.0-or-later
# The runner of the tests itself, on files made for it.
bats_require_minimum_version 1.5.0

setup() {
  run_tests=$BATS_TEST_DIRNAME/../run
  export BUILD=$BATS_TEST_TMPDIR/build
  export meet=$BATS_TEST_TMPDIR
  mkdir "$BUILD"
  unset CI STRICT
}

# file NAME BODY: a file with one test.
file() {
  printf '%s\n' '# alone: it wants to be' "@test \"$1\" {" "$2" '}' >"$BATS_TEST_TMPDIR/$1.bats"
  [[ $1 == alone* ]] || sed -i 1d "$BATS_TEST_TMPDIR/$1.bats"
}

# Waits for another test, so that both pass only when they run at a time.
meets='touch "$meet/$1"
  for ((i = 0; i < 300; i++)); do [ ! -e "$meet/$2" ] || return 0; sleep 0.1; done
  false'

@test "files run side by side, and one that says so alone" {
  file one "set -- one two; $meets"
  file two "set -- two one; $meets"
  file alone 'touch "$meet/alone"; [ -e "$meet/two" ]; rm "$meet/one" "$meet/two"'
  run -0 "$run_tests" -j 2 "$BATS_TEST_TMPDIR"/{alone,one,two}.bats
  [[ ${lines[2]} =~ alone.bats\ +1\ passed,\ 0\ failed\ +[0-9]+\ s$ ]]
  [ "${lines[3]}" = '3 passed, 0 failed' ]
  [ "$(grep -c '^###' "$BUILD/tests.log")" -eq 3 ]
  [ "$(grep -c '^ok 1' "$BUILD/tests.log")" -eq 3 ]
}

@test "what takes longest begins first, the rest in the order that was given" {
  for name in b a long longer; do
    file "$name" true
  done
  sed -i '1i # takes: 60 s' "$BATS_TEST_TMPDIR/long.bats"
  sed -i '1i # takes: 100 s' "$BATS_TEST_TMPDIR/longer.bats"
  run -0 "$run_tests" "$BATS_TEST_TMPDIR"/{b,long,a,longer}.bats
  [ "$(sed -n 's|.*/\([a-z]*\)\.bats .*|\1|p' <<<"$output" | paste -sd ' ')" = 'longer long b a' ]
}

@test "what fails, is skipped or ends early is shown with its file, and fails the run" {
  file good true
  file bad 'echo "seen: $((6 * 7))"; false'
  file skipped 'skip "no reason"'
  file early 'kill -KILL $PPID'
  run -1 "$run_tests" -j3 "$BATS_TEST_TMPDIR"/{good,bad,skipped,early}.bats
  [[ $output == *'not ok 1 bad'*'# seen: 42'* ]]
  [[ $output == *'early.bats: ended with status'* ]]
  echo "$output"
  [ "${lines[-1]}" = '3 passed, 2 failed' ]
  CI=1 run -1 "$run_tests" "$BATS_TEST_TMPDIR/skipped.bats"
  [[ $output == *'skipped is failed: ok 1 skipped # skip no reason'* ]]
  [ "${lines[-1]}" = '0 passed, 1 failed' ]
  run -2 "$run_tests" -j 0 "$BATS_TEST_TMPDIR/good.bats"
  run -2 "$run_tests" --help
}

# ended WHAT: no process has it in its command line.
ended() {
  ! pgrep -f -- "$1" >/dev/null
}

@test "an interrupt ends all that is under way, and nothing is left" {
  mark=$((RANDOM + 100000)).$RANDOM
  file one "touch \"\$meet/one\"; sleep $mark"
  export TMPDIR=$BATS_TEST_TMPDIR/scratch
  mkdir "$TMPDIR"
  for signal in INT TERM; do
    rm -f "$meet"/{one,two}
    # What does not end by itself is killed.
    stubborn=''
    [ "$signal" = INT ] || stubborn="trap '' INT;"
    file two "touch \"\$meet/two\"; $stubborn sleep $mark"
    # A background job of a shell takes no notice of SIGINT.
    set -m
    # What runs this may have SIGINT ignored, and a shell can't change that for itself.
    env --default-signal=INT timeout --foreground 60 \
      "$run_tests" -j 2 "$BATS_TEST_TMPDIR"/{one,two}.bats >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    runner=$!
    set +m
    for ((i = 0; i < 300; i++)); do
      [ ! -e "$meet/one" ] || [ ! -e "$meet/two" ] || break
      sleep 0.1
    done
    kill -"$signal" $runner
    status=0
    wait $runner || status=$?
    cat "$BATS_TEST_TMPDIR/out"
    [ "$status" -eq 130 ]
    ended "$mark"
    [ -z "$(ls "$TMPDIR")" ]
  done
}
