# SPDX-License-Identifier: GPL-2.0-or-later
# The command line of every tool, by a table: options before the verb, help, version, what is wrong.

setup() {
  bats_require_minimum_version 1.5.0
  cd "$BATS_TEST_TMPDIR" || return
  export HOME=$BATS_TEST_TMPDIR LIBVIRT_DEFAULT_URI=test:///default
}

tools=(vmango-provision vmango-leases vmango-imagetool)

# The verbs of a tool, those of the table in its --help.
verbs_of() {
  "$1" --help | sed -nE 's/^  ([a-z]+) .*/\1/p' | grep -vx help
}

# "LETTER LONG VALUE" for each option of a verb, "-" for what it has not.
options_of() {
  "$1" "$2" --help | sed -nE 's/^  (-(.), |    )--([a-z0-9-]+)( ([A-Z:=|]+))?( .*|$)/\2 \3 \5/p' |
    sed -E 's/^ /- /; s/ $/ -/'
}

# both COMMAND...: sets `got` to the exit status and all that it prints, standard error after "--".
# Without a process of its own, since there are hundreds.
both() {
  local status=0 out err
  "$@" >both.out 2>both.err </dev/null || status=$?
  IFS= read -r -d '' out <both.out || true
  IFS= read -r -d '' err <both.err || true
  got=$status$'\n'${out%$'\n'}${out:+$'\n'}--${err:+$'\n'}${err%$'\n'}
}

# same WANTED COMMAND...: the command ends and prints like that.
same() {
  local wanted=$1
  shift
  both "$@"
  [ "$got" = "$wanted" ] || {
    echo "$*"
    diff <(echo "$wanted") <(echo "$got")
  }
}

# like COMMAND... --- COMMAND...: both do the same.
like() {
  local first=()
  while [ "$1" != --- ]; do
    first+=("$1")
    shift
  done
  shift
  both "${first[@]}"
  same "$got" "$@"
}

@test "help of a tool, and of each verb, is on standard output in every spelling" {
  local tool verb wanted
  for tool in "${tools[@]}"; do
    both "$tool" --help
    wanted=$got
    [[ $wanted == $'0\nUsage: '"$tool VERB "*$'\n--' ]]
    same "$wanted" "$tool" -h
    same "$wanted" "$tool" help
    same "$wanted" "$tool" help help
    same "$wanted" "$tool" -q help
    while read -r verb; do
      both "$tool" "$verb" --help
      wanted=$got
      [[ $wanted == $'0\nUsage: '"$tool $verb "*$'\n--' ]]
      same "$wanted" "$tool" help "$verb"
      same "$wanted" "$tool" -qh "$verb" operand
      same "$wanted" "$tool" "$verb" operand -h
    done < <(verbs_of "$tool")
  done
  for tool in vmango-render vmango-configdrive; do
    both "$tool" --help
    wanted=$got
    [[ $wanted == $'0\nUsage: '"$tool "*$'\n--' ]]
    same "$wanted" "$tool" -h
    same "$wanted" "$tool" operand --help
  done
}

@test "the version is printed wherever it is asked for" {
  local tool verb wanted
  for tool in "${tools[@]}" vmango-render vmango-configdrive; do
    both "$tool" --version
    wanted=$got
    [[ $wanted == $'0\n'"$tool "*[0-9]*$'\n--' ]]
    same "$wanted" "$tool" -q --version operand
  done
  for tool in "${tools[@]}"; do
    both "$tool" --version
    wanted=$got
    same "$wanted" "$tool" help --version
    while read -r verb; do
      same "$wanted" "$tool" --version "$verb"
      # An image has a version too.
      case $verb in name | import) continue ;; esac
      same "$wanted" "$tool" "$verb" operand --version
    done < <(verbs_of "$tool")
  done
}

@test "no argument at all prints the usage on standard error" {
  local tool
  for tool in "${tools[@]}"; do
    same "2
--
$("$tool" --help)" "$tool"
  done
}

@test "an option before the verb is what it is behind the verb, and its value is no verb" {
  local tool verb wanted letter option value line ran=0
  for tool in "${tools[@]}"; do
    while read -r verb; do
      line=()
      # Each option in each spelling, with the verb's name as its value; one of them is wrong at last.
      while read -r letter option value; do
        case $option:$value in help:- | version:-) continue ;; esac
        if [ "$value" = - ]; then line+=("--$option"); else line+=("--$option" "$verb" "--$option=$verb"); fi
        [ "$letter" = - ] || line+=("-$letter")
        [ "$letter" = - ] || [ "$value" = - ] || line+=("$verb")
        ran=$((ran + 1))
      done < <(options_of "$tool" "$verb")
      both "$tool" "$verb" "${line[@]}" --wrong
      wanted=$got
      [[ $wanted == 2$'\n--\n'"$tool: usage: "*"(see $tool $verb --help)" ]]
      same "$wanted" "$tool" "${line[@]}" "$verb" --wrong
    done < <(verbs_of "$tool")
  done
  [ "$ran" -gt 150 ]
}

@test "an option that the verb does not know is the same error before it and behind it" {
  local tool verb words wanted
  for tool in "${tools[@]}"; do
    while read -r verb; do
      both "$tool" "$verb" --wrong
      wanted=$got
      [[ $wanted == *"unknown option \"--wrong\""* ]]
      same "$wanted" "$tool" --wrong "$verb"
    done < <(verbs_of "$tool")
  done
  # What only another verb takes, with its value, and what no verb takes.
  while read -r tool verb words; do
    # shellcheck disable=SC2086 # several words
    both "$tool" "$verb" $words
    wanted=$got
    [[ $wanted == 2*"usage: unknown option \"${words%% *}\""*"(see $tool $verb --help)" ]]
    # shellcheck disable=SC2086
    same "$wanted" "$tool" $words "$verb"
  done <<'TABLE'
vmango-leases list --wait list
vmango-leases watch -n
vmango-leases audit --host audit
vmango-leases resolve -Z
vmango-imagetool list --as import
vmango-imagetool remove --wrong=list
vmango-provision check --update
vmango-provision plan -w 10
vmango-provision export -m destroy
vmango-provision doctor --only destroy
TABLE
}

@test "short options in one word, and two dashes, are read as getopt reads them" {
  like vmango-leases list -qv4c test:///default --wrong --- vmango-leases -qv4c test:///default list --wrong
  like vmango-leases list -qctest:///default --wrong --- vmango-leases -qctest:///default list --wrong
  like vmango-leases list --conn list --wrong --- vmango-leases --conn list list --wrong
  like vmango-leases list --wrong --- vmango-leases -v list -v --wrong
  like vmango-leases list -- --wrong --- vmango-leases -- list --wrong
}

@test "options before the verb do their work" {
  cat >lab.ini <<'INI'
[plan p]
memory = 10
disk_size = 1
[machine list]
plan = p
image = A-1
INI
  like vmango-leases list -o json --header --- vmango-leases -o json --header list
  like vmango-provision check -q --offline lab.ini --- vmango-provision -q --offline check lab.ini
  like vmango-provision context --offline lab.ini list --- vmango-provision --offline context lab.ini list
  like vmango-imagetool parse -o tsv A-1_amd64_raw.img --- vmango-imagetool -o tsv parse A-1_amd64_raw.img
  [ "$(vmango-imagetool --version 12 --os name name --arch amd64 --format raw x.img)" = name-12_amd64_raw.img ]
  run --separate-stderr vmango-provision -c test:///default -c test:///default plan lab.ini
  [ "$status" -eq 2 ]
  [[ $stderr == *'one --connect at most'* ]]
}

@test "an unknown verb is answered with the one that was meant, or with all of them" {
  local tool verb words
  while read -r tool words verb; do
    same "2
--
$tool: usage: unknown verb \"$words\"; did you mean \"$verb\"? (see $tool --help)" "$tool" -c test:///default "$words"
  done <<'TABLE'
vmango-leases lst list
vmango-leases hlep help
vmango-provision appply apply
vmango-provision destrooy destroy
vmango-imagetool imprt import
TABLE
  same '2
--
vmango-imagetool: usage: unknown verb "rm": parse, name, list, import, inspect, remove or help (see vmango-imagetool --help)' \
    vmango-imagetool rm x
  same '2
--
vmango-leases: usage: unknown verb "lst"; did you mean "list"? (see vmango-leases --help)' vmango-leases help lst
  # The value of an option is no verb, whatever the verb is meant to be.
  same '2
--
vmango-provision: usage: unknown verb "appply"; did you mean "apply"? (see vmango-provision --help)' \
    vmango-provision -m destroy appply lab.ini
}

@test "what is no verb and no option is said" {
  local tool
  for tool in "${tools[@]}"; do
    same "2
--
$tool: usage: verb missing (see $tool --help)" "$tool" -q
    same "2
--
$tool: usage: unknown option \"--wrong\" (see $tool --help)" "$tool" --wrong
    same "2
--
$tool: usage: unknown option \"-Z\" (see $tool --help)" "$tool" -qZ nonsense
    same "2
--
$tool: usage: too many arguments: \"b\" (see $tool help --help)" "$tool" help a b
  done
}

@test "Ansible's calls need no verb, whatever options are before them" {
  local words
  mkdir leases
  for words in --list '--host x' '--host list' --host=resolve; do
    # shellcheck disable=SC2086 # several words
    both vmango-leases ansible --dir leases $words
    wanted=$got
    [[ $wanted == $'0\n{'* ]]
    # shellcheck disable=SC2086
    same "$wanted" vmango-leases $words --dir leases
    # shellcheck disable=SC2086
    same "$wanted" vmango-leases --dir leases $words
  done
}
