# SPDX-License-Identifier: GPL-2.0-or-later
# README, CONTRIBUTING and CHANGELOG: what they point to is there, and the picture is the session.

setup() {
  cd "$BATS_TEST_DIRNAME/../.." || return
}

@test "the picture is what was recorded" {
  packaging/picture/draw <packaging/picture/session.txt | diff - packaging/picture/terminal.svg
  xmllint --noout packaging/picture/terminal.svg
}

@test "the picture tells nothing of the machine that it was recorded on" {
  run grep -nE '20[0-9]{2}-[0-9]{2}|/(tmp|root|home|work|var)' packaging/picture/session.txt
  [ "$status" -eq 1 ]
}

@test "each command of the picture printed what it is there for" {
  sed "s|public_file = .*|public_file = $PWD/tests/fixtures/batch/id_ed25519.pub|" packaging/picture/shop.ini \
    >"$BATS_TEST_TMPDIR/shop.ini"
  vmango-provision check --offline "$BATS_TEST_TMPDIR/shop.ini"
  [ "$(grep -c '^\$ ' packaging/picture/session.txt)" -eq 6 ]
  grep -qE '^db +created running 192\.168\.124\.20 ' packaging/picture/session.txt
  [ "$(tail -n 1 packaging/picture/session.txt | awk '{print $2}')" = web-2 ]
  [ -z "$(sed '1,/stop --machine/d' packaging/picture/session.txt | grep -w '192.168.124.20')" ]
}

@test "links of the repository's own go to files that are there" {
  local page link
  for page in README.md CONTRIBUTING.md CHANGELOG.md; do
    while read -r link; do
      [ -e "$link" ] || { echo "$page: $link" && return 1; }
    done < <(grep -oE '\]\([^)]+\)' "$page" | sed -E 's/^\]\(//; s/\)$//' | grep -v '^http')
  done
}

@test "make targets that are told exist" {
  local target
  while read -r target; do
    make -n "$target" >/dev/null || { echo "make $target" && return 1; }
  done < <(grep -ohE '(^|`|sudo )+make [a-z-]+' README.md CONTRIBUTING.md | sed 's/.*make //' | sort -u)
}

@test "the change log has the version that is built" {
  grep -qF "## [$(vmango-leases --version | awk '{print $2}')]" CHANGELOG.md
}
