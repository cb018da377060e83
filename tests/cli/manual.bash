# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# For bats: the manual's pages, and the examples in them.

root=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)

pages() {
  local page
  for page in "$root"/*/*.[1-8]; do
    case ${page#"$root"/} in
    common/* | leases/* | imagetool/* | hooks/* | provision/*) echo "$page" ;;
    esac
  done
}

# examples PAGE: a file for each example, PAGE.NUMBER, in the current folder.
examples() {
  awk -v name="${1##*/}" '
    /^\.Sh / { on = $2 == "EXAMPLES" }
    !on { next }
    /^\.(Dl|Bd) / { number++ }
    /^\.Dl / { put(substr($0, 5)) }
    /^\.Ed/ { block = 0 }
    block { put($0) }
    /^\.Bd / { block = 1 }
    function put(line) {
      gsub(/\\e/, "\\", line)
      gsub(/\\&/, "", line)
      print line > (name "." number)
    }' "$1"
}

# What an example is: ini, template, or commands.
example_kind() {
  case $(head -n 1 "$1") in
  '['* | 'include ='* | 'batch ='*) echo ini ;;
  '<'* | '{{'*) echo template ;;
  *) echo commands ;;
  esac
}

# Whether it needs a hypervisor.
example_needs_lab() {
  [[ $(example_kind "$1") == commands ]] && grep -qE \
    '(virsh|ansible|journalctl|ssh|curl) |vmango-provision|vmango-leases|imagetool (import|list( -c|$))' "$1"
}

# The commands of an example, a file for each, COMMAND.NUMBER: in blocks with prompts, only what
# stands behind one; the rest is what is printed, in COMMAND.NUMBER.output.
example_commands() {
  awk -v name="$1" '
    FNR == NR { prompts += /^[$#] /; next }
    !open && (!prompts || /^[$#] /) { number++; open = 1; if (prompts) sub(/^[$#] /, "") }
    open { print > (name "." number); open = /[|\\]$/; next }
    { print > (name "." number ".output") }' "$1" "$1"
}

# example_answers STATUS COMMAND: whether the command prints an answer that is not "yes" or "nothing to do".
example_answers() {
  case $1 in
    1) grep -qE 'vmango-(provision (plan|status|doctor|destroy -n|adopt -n)|leases audit)' "$2" ;;
    4) grep -qE 'vmango-provision (plan|.* (-n|--dry-run))' "$2" ;;
    *) false ;;
  esac
}

# example_run FILE [WRAPPER...]: runs the commands of an example. Questions may be answered no.
example_run() {
  local example=$1 number=1 command status
  shift
  example_commands "$example"
  for (( ; ; number++)); do
    command=$example.$number
    [[ -e $command ]] || break
    status=0
    "$@" bash -o pipefail "$command" >"$command.got" 2>"$command.errors" </dev/null || status=$?
    if ((status != 0)) && ! example_answers "$status" "$command"; then
      echo "${example##*/}: status $status of:"
      cat "$command" "$command.got" "$command.errors"
      return 1
    fi
    if [[ -e $command.output ]] && ! diff <(example_shape "$command.output") <(example_shape "$command.got"); then
      echo "${example##*/}: prints something else:"
      cat "$command"
      return 1
    fi
  done
  ((number > 1))
}

# Addresses, client-ids and bridges differ from run to run.
example_shape() {
  sed -E 's/192\.168\.[0-9.]+/ADDRESS/g; s/([0-9a-f]{2}:)+[0-9a-f]{2}/HEX/g; s/on virbr[^:]*/on BRIDGE/' "$1"
}
