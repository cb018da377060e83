# SPDX-License-Identifier: GPL-2.0-or-later
# What 0.1 had for scripts to rely on is still there: verbs, options, columns, members of JSON, keys,
# template fields, exit statuses, texts in syslog. New columns come after the old ones.
bats_require_minimum_version 1.5.0

setup_file() {
  export released=$BATS_TEST_DIRNAME/../fixtures/0.1/interface
  export today=$BATS_FILE_TMPDIR/today
  "$BATS_TEST_DIRNAME/../interface" >"$today"
}

# Help that 0.1 printed and that was wrong: in these verbs --version is the image's and takes a value,
# and these do not write addresses, so that they ignored the formats.
wrong_then=$(printf 'option\t%s\t--version\n' 'vmango-imagetool import' 'vmango-imagetool name'
  printf 'format\tvmango-leases %s\n' {audit,release}$'\t'{ansible,hosts,ssh-config})

# Exit statuses that changed on purpose, as the change log says: a plan's work is not a failure, a hypervisor
# that does not answer is one of the system, and a file that can't be read is invalid input in every tool.
changed_since=$(printf 'status\t%s\n' 'imagetool inspect, no file'$'\t'{3,2} 'provision plan, no hypervisor'$'\t'{1,3} \
  'provision plan, something to do'$'\t'{1,4})

# kept KIND...: each fact of the kinds is one of today's.
kept() {
  local kind
  for kind; do
    grep -q "^$kind"$'\t' "$released"
    diff <(grep "^$kind"$'\t' "$released" | grep -vxF "$wrong_then") <(grep "^$kind"$'\t' "$today" | grep -xFf "$released")
  done
}

@test "every verb, option and output format of 0.1 is still there" {
  kept verb option format
}

# columns_kept FILE: its columns are the first of today's.
columns_kept() {
  local kind label columns now
  while IFS=$'\t' read -r kind label columns; do
    [ "$kind" = columns ] || continue
    now=$(awk -F '\t' -v label="$label" '$1 == "columns" && $2 == label { print $3 }' "$today")
    [[ "$now " == "$columns "* ]] || {
      echo "$label: $now, in 0.1: $columns"
      return 1
    }
  done <"$1"
}

@test "the columns of TSV are where they were in 0.1" {
  [ "$(grep -c ^columns "$released")" -gt 9 ]
  columns_kept "$released"
  run ! columns_kept <(sed -E '/^columns/s/Name Action/Action Name/' "$released")
}

@test "members of JSON have the names and types of 0.1" {
  kept member
}

@test "keys of the batch and of the hook's settings, and fields of templates, are still there" {
  kept key field
}

@test "exit statuses are those of 0.1, but for three" {
  diff <(grep ^status "$released" | grep -vxF "$changed_since") \
    <(grep ^status "$today" | grep -xFf "$released" | grep -vxF "$changed_since")
  [ "$(grep -cxF "$changed_since" "$released")" -eq 3 ]
  [ "$(grep -cxF "$changed_since" "$today")" -eq 3 ]
  grep -qxF $'status\tprovision plan, something to do\t4' "$today"
}

@test "the texts that the hook leaves in syslog are those of 0.1" {
  local text
  strings -n 4 "$(command -v vmango-lease-monitor)" >"$BATS_TEST_TMPDIR/strings"
  [ "$(grep -c ^syslog "$released")" -gt 9 ]
  while read -r text; do
    grep -qF -- "$text" "$BATS_TEST_TMPDIR/strings" || {
      echo "no longer: $text"
      return 1
    }
  done < <(sed -n 's/^syslog\t//p' "$released")
}
