# SPDX-License-Identifier: GPL-2.0-or-later
# What else the sources compile with.
bats_require_minimum_version 1.5.0

setup_file() {
  cd "$BATS_TEST_DIRNAME/../.." || return
  # What this runs under has its own compiler and flags.
  unset MAKEFLAGS MFLAGS
  oldest=$(sed -n 's/^libvirt_min *:= *//p' Makefile)
  export oldest old_header=$BATS_FILE_TMPDIR/old-libvirt.h
  tests/old-libvirt "$oldest" >"$old_header"
}

# old SOURCE: compiles C from standard input as if libvirt were the oldest supported.
old() {
  # shellcheck disable=SC2046 # words
  gcc -fsyntax-only -x c $(pkg-config --cflags libvirt) -include "$old_header" -
}

@test "every source in git is compiled, by these checks and for a program" {
  local known compiled
  known=$(git ls-files --cached --others --exclude-standard '*.c' | LC_ALL=C sort)
  diff <(make -s sources | LC_ALL=C sort) - <<<"$known"
  compiled=$(make -s --dry-run --always-make tests V=1 | sed -nE 's/.* -c -o [^ ]+ ([^ ]+\.c)$/\1/p')
  # These have rules of their own, or the test that loads them compiles them.
  diff <(LC_ALL=C sort <<<"$compiled") - <<<"$(grep -vE '^tests/(bench|fixtures|lab)/' <<<"$known")"
}

@test "clang has no warning" {
  make -s syntax CC=clang WERROR=1
}

@test "the oldest libvirt that is supported is enough" {
  # Headers too: not each is included by a source that names libvirt itself.
  make -s syntax WERROR=1 CPPFLAGS="-include $old_header" sources="$(git ls-files --cached --others \
    --exclude-standard '*.[ch]' | xargs grep -lE '\<(vir[A-Z]|VIR_)' | paste -sd ' ')"
}

@test "a call that is too new is found in every folder" {
  local tree=$BATS_TEST_TMPDIR/tree folder
  mkdir "$tree"
  cp -r Makefile packaging "$tree"
  for folder in $(make -s sources | xargs dirname | sort -u); do
    mkdir -p "$tree/$folder"
    echo 'int (*newer)(void) = (int (*)(void))virDomainBackupBegin;' >"$tree/$folder/newer.c"
  done
  run -2 make -s -C "$tree" syntax CPPFLAGS="-include $old_header"
  for folder in $(cd "$tree" && find . -name newer.c -printf '%P\n'); do
    [[ $output == *"$folder:1:"*'poisoned "virDomainBackupBegin"'* ]]
  done
}

@test "what came after it has to be guarded" {
  run ! old <<<'int flag = VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA;'
  run ! old <<<'void *function = virDomainBackupBegin;'
  old <<'EOF'
#if LIBVIR_CHECK_VERSION(5, 6, 0)
int flag = VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA;
#endif
int old_flag = VIR_DOMAIN_UNDEFINE_NVRAM;
EOF
}

@test "make refuses an older one, and README names it" {
  mkdir "$BATS_TEST_TMPDIR/pc"
  sed 's/^Version:.*/Version: 4.10.0/' "$(pkg-config --variable=pcfiledir libvirt)/libvirt.pc" \
    >"$BATS_TEST_TMPDIR/pc/libvirt.pc"
  PKG_CONFIG_PATH=$BATS_TEST_TMPDIR/pc run -2 make -s BUILD="$BATS_TEST_TMPDIR/build" \
    "$BATS_TEST_TMPDIR/build/packages.ok"
  [[ $output == *"libvirt >= $oldest"* && $output == *'4.10.0'* ]]
  grep -q "libvirt ${oldest%.0} or later" README.md
}
