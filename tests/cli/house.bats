# SPDX-License-Identifier: GPL-2.0-or-later
# How the sources lie together, and that the lists which tests/lint holds find what they are for.
# shellcheck disable=SC1090,SC2034,SC2317 # functions of tests/lint are loaded, which read what is set here
bats_require_minimum_version 1.5.0

setup() {
  cd "$BATS_TEST_DIRNAME/../.." || return
  house=$PWD/tests/house
}

@test "all archives linked whole define no external name twice" {
  local archives
  mapfile -t archives < <(printf '%s\n' "${BUILD:-build}"/{common,leases,imagetool,hooks,provision}.a)
  run ld -r -o "$BATS_TEST_TMPDIR/all.o" --whole-archive "${archives[@]}"
  echo "$output"
  [ "$status" -eq 0 ] || [[ $output == *'multiple definition of'* ]]
  diff <(sed -nE 's/^externals ([^ ]+).*/\1/p' tests/exceptions | sort) \
    <(sed -n "s/.*multiple definition of \`\(.*\)'.*/\1/p" <<<"$output" | sort -u)
}

# source FILE LINE...: in a repository of its own.
source_file() {
  mkdir -p "$(dirname "$1")"
  printf '%s\n' "${@:2}" >"$1"
  git add "$1"
}

@test "what is no module, includes in a circle, or asks libvirt by itself is found" {
  cd "$BATS_TEST_TMPDIR"
  git init -q .
  source_file leases/a.c '#include "leases/b.h"'
  source_file leases/a.h
  source_file leases/b.c '#include "leases/b.h"' '#include "common/c.h"'
  source_file leases/b.h
  source_file common/c.h '#include "leases/a.h"'
  source_file common/d.c '#include "common/c.h"' 'x = virDomainLookupByName (c, n);' 'virNetworkLookupByName(c, n);'
  source_file provision/verb_x.c
  source_file provision/vmango-x.c
  source_file provision/c.h '#include "provision/c.h"'
  [ "$("$house" circles)" = 'common/c leases/a leases/b' ]
  [ "$("$house" headerless)" = common/d.c ]
  [ "$("$house" names)" = c.h ]
  [ "$("$house" lookups)" = $'common/d.c virDomainLookupByName\ncommon/d.c virNetworkLookupByName' ]
  source_file leases/b.c '#include "leases/b.h"'
  [ -z "$("$house" circles)" ]
}

@test "a look-up whose error nobody looks at is found, by file and function" {
  local house=$BATS_TEST_DIRNAME/../house
  cd "$BATS_TEST_TMPDIR"
  git init -q .
  mkdir common
  cat >common/a.c <<'C'
static bool taken_for_missing(virConnectPtr connection, const char *name)
{
	virNetworkPtr network = virNetworkLookupByName(connection, name);

	return network;
}

int told_by_code(virConnectPtr connection,
		 const char *name)
{
	if (!virStorageVolLookupByPath(connection, name) && virt_is_missing())
		return 0;
	return -1;
}

static void dropped(virDomainPtr domain)
{
	char *text = virDomainGetXMLDesc(domain, 0);

	free(text);
}

static int told(virDomainPtr domain, struct error *error)
{
	char *text = virDomainGetXMLDesc(domain, 0);

	return text ? 0 : virt_error(error, "domain");
}
C
  git add -A
  [ "$("$house" unexamined)" = $'common/a.c dropped\ncommon/a.c taken_for_missing' ]
}

@test "an exception that is no longer needed, and one that is missing, are said by lint's own rule" {
  . <(sed -n '/^report()/,/^}/p; /^exceptions()/,/^}/p; /^only_exceptions()/,/^}/p' tests/lint)
  cd "$BATS_TEST_TMPDIR"
  mkdir tests
  printf '%s\n' 'list a.c' 'list b.c one  # why' 'other z.c' >tests/exceptions
  # As lint runs it: no command's status ends it.
  found() {
    (
      set +e
      shrink=${1-} failed=0
      only_exceptions list what
      echo "failed=$failed"
    )
  }
  [ "$(found <<<$'a.c\nb.c one')" = failed=0 ]
  [ "$(found <<<$'a.c\nnew.c')" = $'what:\nnew.c\nwhat: no longer, so out of tests/exceptions (tests/lint --shrink):\nb.c one\nfailed=1' ]
  [ "$(found yes <<<a.c)" = failed=0 ]
  [ "$(cat tests/exceptions)" = $'list a.c\nother z.c' ]
}
