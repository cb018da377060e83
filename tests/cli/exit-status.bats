# SPDX-License-Identifier: GPL-2.0-or-later
# The exit status of every verb of every tool: a table, whose rows are situations. The status of runs that
# change machines is in system/exit-status.bats.
bats_require_minimum_version 1.5.0

setup_file() {
  cd "$BATS_FILE_TMPDIR" || return
  templates=$(cd "$BATS_TEST_DIRNAME/../../packaging/templates" && pwd)
  node() {
    { sed '/<\/node>/d' "$BATS_TEST_DIRNAME/../fixtures/provision/node.xml"
      cat
      echo '</node>'; } >"$1"
  }
  # batch FILE URL MACHINES: FILE is a batch of that name on the hypervisor.
  batch() {
    printf 'batch = lab\n[hypervisor h]\nurl = %s\nvm_template = %s/vm.xml.in\nvolume_template = %s/volume.xml.in\n' \
      "$2" "$templates" "$templates" >"$1"
    printf '[plan p]\nmemory = 64\ndisk_size = 5\n[defaults]\nplan = p\nimage = Debian-12\n%s\n' "$3" >>"$1"
  }
  chmod o+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" 2>/dev/null || true
  node up.xml </dev/null
  down='qemu+unix:///system?socket=/nonexistent/libvirt-sock'
  batch down.ini "$down" '[machine web]'
  batch one-down.ini "test://$PWD/up.xml" "[hypervisor gone]
url = $down
[machine web]
hypervisor = h
[machine db]
hypervisor = gone"
  batch up.ini "test://$PWD/up.xml" '[machine web]'
  batch none.ini "test://$PWD/up.xml" ''
  printf 'no batch\n' >bad.ini
  printf '{' >bad.json
  printf '{{' >bad.in
  printf '{}' >empty.json
  printf 'x' >good.in
  printf 'x' >bad.sums
  head -c 1048576 /dev/urandom >Foo-1_amd64_raw.img
  printf 'QFI\373\0\0\0\1' >bad.img
  mkdir -p folder dnsmasq
  # What may not be read is tried as a user who is not root.
  for file in up.ini empty.json good.in Foo-1_amd64_raw.img bad.sums; do
    cp "$file" "closed-$file"
    chmod 0 "closed-$file"
  done
  vmango-provision context --offline up.ini web >web.json
  vmango-provision facts none.ini >up.facts
}

setup() {
  cd "$BATS_FILE_TMPDIR" || return
  down='qemu+unix:///system?socket=/nonexistent/libvirt-sock'
  nobody=()
  [ "$(id -u)" -ne 0 ] || nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
}

# Runs the rows on standard input, "STATUS TOOL ARGUMENT...", and prints those that end otherwise. With a
# status of 2 or 3 nothing is printed that could be taken for a result, but a reason is.
table() {
  local wanted tool arguments status bad=0 count=0
  while read -r wanted tool arguments; do
    [ -n "$wanted" ] || continue
    count=$((count + 1))
    status=0
    # shellcheck disable=SC2086 # words
    timeout 60 "$@" "vmango-$tool" $arguments </dev/null >out 2>err || status=$?
    [[ $status -eq $wanted && ($wanted -ne 2 || (-s err && ! -s out)) ]] && continue
    printf '%s, not %s: vmango-%s %s\n' "$status" "$wanted" "$tool" "$arguments"
    cat err
    bad=$((bad + 1))
  done
  [ "$count" -gt 0 ]
  [ "$bad" -eq 0 ]
}

# verbs STATUS FILE: rows for all verbs of vmango-provision with a batch.
verbs() {
  local verb
  for verb in check plan apply 'apply -n' status start stop reboot destroy 'destroy -n' facts doctor; do
    echo "$1 provision $verb $2"
  done
  for verb in adopt 'adopt -n' context; do
    echo "$1 provision $verb $2 web"
  done
}

@test "exit status: no hypervisor answers" {
  # doctor is asked whether it does.
  { verbs 3 down.ini | sed 's/^3\( .* doctor\)/1\1/'
    cat <<ROWS
3 provision status --all -c $down
3 provision export -c $down web
3 provision facts -c $down
1 provision doctor -c $down
0 provision check --offline down.ini
0 provision context --offline down.ini web
3 leases resolve -c $down web
3 leases resolve --wait 0 -c $down web
3 leases list -c $down
3 leases watch -c $down
3 leases audit -c $down
3 leases audit --fix -n -c $down
3 leases release -c $down web
3 leases ansible --list -c $down
3 imagetool list -c $down
3 imagetool list -c $down -c $down
3 imagetool remove -c $down Foo-1_amd64_raw.img
3 imagetool import -c $down Foo-1_amd64_raw.img
3 imagetool import -n -c $down Foo-1_amd64_raw.img
ROWS
  } | table
}

@test "exit status: one of two hypervisors does not answer" {
  local up=test://$PWD/up.xml
  table <<ROWS
1 provision check one-down.ini
1 provision plan one-down.ini
1 provision apply -n one-down.ini
1 provision status one-down.ini
1 provision start one-down.ini
1 provision stop one-down.ini
1 provision reboot one-down.ini
1 provision destroy one-down.ini
1 provision destroy -n one-down.ini
1 provision facts one-down.ini
1 provision doctor one-down.ini
4 provision plan -m web one-down.ini
3 provision plan -m db one-down.ini
3 provision context one-down.ini db
0 provision context one-down.ini web
1 leases list -c $down -c $up
1 leases resolve -c $down -c $up web
1 leases audit -c $down -c $up
1 leases release -c $down -c $up web
1 imagetool list -c $down -c $up
1 imagetool list -c $up -c $down
1 imagetool remove -n -c $down -c $up Debian-12_amd64_qcow2.img
1 imagetool import -n -c $down -c $up Foo-1_amd64_raw.img
ROWS
}

# files STATUS MARK: rows for every file that can be named; MARK precedes its name.
files() {
  local up=test://$PWD/up.xml batch=$1up.ini json=$1empty.json template=$1good.in image=$1Foo-1_amd64_raw.img sums=$1bad.sums
  verbs 2 "$batch"
  cat <<ROWS
2 provision plan --facts $json up.ini
2 provision status --all $batch
2 provision check --offline $batch
2 provision context --offline $batch web
2 render $template
2 render --check $template
2 render --list-fields $template
2 render --check good.in $template
2 render good.in --data $json
2 configdrive $json
2 configdrive -u $template web.json
2 imagetool inspect $image
2 imagetool import -c $up --as Foo-1_amd64_raw.img $image
2 imagetool import -n -c $up --as Foo-1_amd64_raw.img $image
2 imagetool import -c $up --sums $sums Foo-1_amd64_raw.img
ROWS
}

@test "exit status: a file that does not exist" {
  files missing- | table
}

@test "exit status: a file that may not be read" {
  files closed- | table "${nobody[@]}"
}

@test "exit status: a folder in the place of a file" {
  local up=test://$PWD/up.xml
  { verbs 2 folder
    cat <<ROWS
2 provision plan --facts folder up.ini
2 render folder
2 render --check folder
2 render good.in --data folder
2 configdrive folder
2 configdrive -u folder web.json
2 imagetool inspect folder
2 imagetool import -c $up --as Foo-1_amd64_raw.img folder
2 imagetool import -c $up --sums folder Foo-1_amd64_raw.img
3 imagetool list --dir missing
3 leases list --dir missing
ROWS
  } | table
}

@test "exit status: what is in a file is invalid" {
  local up=test://$PWD/up.xml
  { verbs 2 bad.ini
    cat <<ROWS
2 provision plan --facts bad.json up.ini
2 render bad.in
2 render --list-fields bad.in
2 render good.in --data bad.json
2 configdrive bad.json
2 configdrive empty.json
2 imagetool import -c $up --as Bad-1_amd64_qcow2.img bad.img
2 imagetool import -c $up --sums bad.sums Foo-1_amd64_raw.img
ROWS
  } | table
  table <<ROWS
1 render --check bad.in
1 imagetool inspect bad.img
1 imagetool inspect Foo-1_amd64_raw.img bad.img
1 imagetool inspect Foo-1_amd64_raw.img missing.img
1 imagetool parse Foo-1_amd64_raw.img bad.img
1 imagetool name bad.img
ROWS
}

@test "exit status: usage" {
  local tool
  { for tool in provision leases imagetool; do
      printf '2 %s\n' "$tool" "$tool frobnicate" "$tool --frobnicate"
    done
    for tool in render configdrive; do
      echo "2 $tool --frobnicate"
    done
    # All but those that need no argument, or for which one stands for another form of them.
    for tool in check plan apply status start stop reboot destroy adopt export context; do
      printf '2 provision %s\n' "$tool" "$tool --frobnicate up.ini"
    done
    printf '2 provision %s --frobnicate\n' facts doctor
    for tool in resolve list watch audit release ansible; do
      echo "2 leases $tool --frobnicate"
    done
    for tool in parse name list import inspect remove; do
      echo "2 imagetool $tool --frobnicate"
    done
    printf '2 %s\n' 'leases resolve' 'leases release' 'leases list x' 'imagetool import' 'imagetool remove' \
      'imagetool inspect' 'render' 'configdrive a b' 'provision plan up.ini up.ini' 'provision plan -m none up.ini' \
      'provision context up.ini none' 'provision destroy --all -m none up.ini'
  } | table
}

@test "exit status: something to do, nothing to do, the answer is no" {
  table <<ROWS
4 provision plan up.ini
4 provision plan --facts up.facts up.ini
4 provision plan -q -o json up.ini
4 provision apply -n up.ini
0 provision destroy -n up.ini
0 provision destroy up.ini
1 provision status up.ini
1 provision start up.ini
0 provision check up.ini
0 provision plan none.ini
0 provision apply -n none.ini
0 provision apply none.ini
0 provision status none.ini
0 provision start none.ini
0 provision destroy none.ini
0 provision facts up.ini
0 provision context up.ini web
1 provision doctor up.ini
1 provision export -c test://$PWD/up.xml web
0 leases list --dir dnsmasq
1 leases resolve --dir dnsmasq web
1 leases release --dir dnsmasq web
0 imagetool list -c test://$PWD/up.xml
0 imagetool list --dir folder
0 imagetool inspect Foo-1_amd64_raw.img
0 imagetool parse Foo-1_amd64_raw.img
0 imagetool name Foo-1_amd64_raw.img
1 imagetool remove -c test://$PWD/up.xml None-1_amd64_raw.img
0 render good.in --data empty.json
0 render --check good.in
0 configdrive web.json
ROWS
}

@test "exit status: output that can't be written" {
  local row
  while read -r row; do
    # shellcheck disable=SC2086 # words
    run -3 sh -c '"vmango-$@" >/dev/full' sh $row
    [[ $output == *'No space left on device'* ]]
  done <<ROWS
provision plan up.ini
provision status up.ini
provision facts up.ini
provision context up.ini web
provision doctor up.ini
provision destroy -n up.ini
leases list --dir dnsmasq -o json
imagetool list -c test://$PWD/up.xml
imagetool inspect Foo-1_amd64_raw.img
imagetool parse Foo-1_amd64_raw.img
imagetool name Foo-1_amd64_raw.img
render good.in --data empty.json
configdrive web.json
ROWS
}

@test "exit status: the hook is called by libvirt, and always 0" {
  local arguments
  for arguments in '' 'web' 'web release end shutdown' 'web stopped end -' 'web start begin -' '--frobnicate'; do
    for file in /dev/null bad.json; do
      # shellcheck disable=SC2086 # words
      run -0 vmango-lease-monitor $arguments <"$file"
    done
  done
}

@test "the manuals say what 4 is, and the change log what scripts have to change" {
  local room=$BATS_TEST_DIRNAME/../..
  sed -n '/^\.Sh EXIT STATUS/,/^\.Sh EXAMPLES/p' "$room/provision/vmango-provision.1" | grep -q '^\.It 4'
  grep -q 'exit with status 4' "$room/CHANGELOG.md"
}
