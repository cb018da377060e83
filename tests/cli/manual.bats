# SPDX-License-Identifier: GPL-2.0-or-later
# The manual is complete, well-formed and true: options against --help, examples as they stand.
# shellcheck disable=SC2154 # root is of manual.bash

setup() {
  load manual
  cd "$BATS_TEST_TMPDIR" || return
  export HOME=$BATS_TEST_TMPDIR
}

@test "every program and every kind of file has its page" {
  local program
  for program in "$root"/*/vmango-*.c; do
    compgen -G "${program%.c}.[18]" || { echo "$program has no page" && return 1; }
  done
  [ "$(pages | grep -c '\.[57]$')" -ge 5 ]
}

@test "mandoc finds nothing, and every page that is named is there" {
  local page named
  while read -r page; do
    run mandoc -T lint -W style "$page"
    # What else the machine's manual has is not asked.
    output=$(grep -v -e 'referenced manual not found' -e 'outdated mandoc.db' <<<"$output" || true)
    [ -z "$output" ] || { echo "$output" && return 1; }
    while read -r named; do
      compgen -G "$root/*/$named" >/dev/null || { echo "$page: no page $named" && return 1; }
    done < <(sed -n 's/^\.Xr \(vmango[^ ]*\) \([1-8]\).*/\1.\2/p' "$page")
  done < <(pages)
}

@test "the pages have the sections that administrators look for" {
  local page section
  while read -r page; do
    for section in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
      case $page:$section in *.[57]:SYNOPSIS | *.[57]:'EXIT STATUS') continue ;; esac
      grep -qx "\.Sh $section" "$page" || { echo "$page has no $section" && return 1; }
    done
  done < <(pages | grep -v lease-monitor)
}

# The verbs of a program as its --help names them; an empty line for one without.
verbs_of() {
  if "$1" --help | grep -q ' VERB '; then
    "$1" --help | sed -nE 's/^  ([a-z]+) .*/\1/p'
  else
    echo
  fi
}

# "-c --connect", or "--header", for each option that --help of the program or a verb tells.
help_options() {
  local verb
  while read -r verb; do
    # shellcheck disable=SC2086 # there may be none
    "$1" $verb --help </dev/null
  done < <(verbs_of "$1") |
    sed -nE 's/^  -(.), --([a-z0-9-]+).*/-\1 --\2/p; s/^      --([a-z0-9-]+).*/--\1/p' | sort -u
}

# The same for what the page describes.
page_options() {
  grep -E '^\.It (Fl|Sy Fl)' "$1" | sed -E 's/^\.It //; s/ ; Fl /\nFl /g' | awk '
    { short = ""
      for (i = 1; i <= NF; i++) {
        if ($i != "Fl") continue
        word = $(i + 1)
        if (word == "Fl") { word = "-" $(i + 2); i++ }
        if (word ~ /^-/) { print (short ? "-" short " " : "") "-" word; short = "" }
        else short = word } }' | sort -u
}

@test "each option of --help is in the page, and the other way round" {
  local page program
  while read -r page; do
    program=${page##*/}
    program=${program%.*}
    diff <(help_options "$program") <(page_options "$page") || { echo "$page" && return 1; }
  done < <(pages | grep '\.1$')
}

# Options that a synopsis has under one name.
is_in_group() {
  case $2 in
  connect | output | header | quiet | verbose) grep -q 'Ar common options' <<<"$1" ;;
  machine | only) grep -q 'Ar selection' <<<"$1" ;;
  ipv4 | ipv6 | cidr | network | all | source | script | dir) grep -q 'Ar selection' <<<"$1" ;;
  *) return 1 ;;
  esac
}

@test "each verb of --help has its SYNOPSIS with its own options, and its description" {
  local page program verb short option synopsis
  while read -r page; do
    program=${page##*/}
    program=${program%.*}
    while read -r verb; do
      [ -n "$verb" ] || continue
      grep -qE "^\.It .*Cm $verb\b" "$page" || { echo "$page: $verb is not described" && return 1; }
      synopsis=$(awk -v verb="$verb" '
        /^\.Sh/ { on = $2 == "SYNOPSIS" }
        on && /^\.Nm/ { mine = 0 }
        on && $0 ~ "Cm " verb "$" { mine = 1 }
        on && mine' "$page")
      [ -n "$synopsis" ] || { echo "$page: no synopsis of $verb" && return 1; }
      # Its --help is that of the program.
      [ "$verb" != help ] || continue
      while read -r short option; do
        case $option in help | version) continue ;; esac
        grep -qE -- "Fl -$option\b|Fl [a-z0-9]*${short}[a-z0-9]*( |$)" <<<"$synopsis" ||
          is_in_group "$synopsis" "$option" || { echo "$page: $verb has --$option" && return 1; }
      done < <("$program" "$verb" --help | sed -nE 's/^  (-(.), |    )--([a-z0-9-]+).*/\2 \3/p' | sed 's/^ /- /')
    done < <(verbs_of "$program")
  done < <(pages | grep '\.1$')
}

# columns PAGE NUMBER: what the page's list of that number, counted, describes.
columns() {
  awk -v wanted="$2" '
    /^\.Bl -enum/ { list++; on = 1 }
    /^\.El/ { on = 0 }
    on && list == wanted && /^\.It$/ { getline; print $2 }' "$root/$1"
}

header() {
  head -n 1 <<<"$1" | tr '\t' '\n'
}

@test "the columns of TSV are those of the pages, in their order" {
  sandbox
  printf '[plan p]\nmemory = 1\ndisk_size = 1\n[machine m]\nplan = p\nimage = A-1\n' >lab.ini
  diff <(columns imagetool/vmango-imagetool.1 1) <(header "$(vmango-imagetool list --dir images --header)")
  diff <(columns imagetool/vmango-imagetool.1 2) <(header "$(vmango-imagetool inspect --header images/*)")
  diff <(columns leases/vmango-leases.1 1) <(header "$(vmango-leases list --dir images --header)")
  diff <(columns provision/vmango-provision.1 1) \
    <(header "$(vmango-provision status -q --header -c test:///default lab.ini 2>/dev/null)")
}

# The files that examples speak of.
sandbox() {
  mkdir -p images bridge
  cp "$root"/packaging/templates/*.in .
  cp "$root/tests/fixtures/render/web-1.json" .
  cp "$root/packaging/examples/bridge/addresses" bridge/
  cp "$root/packaging/examples/nat/network.xml" .
  echo '#cloud-config' | gzip >web.yaml.gz
  qemu-img create -q -f qcow2 images/Debian-12_amd64_qcow2.img 64M
  qemu-img create -q -f raw images/Debian-11_amd64_raw.img 1M
  export ADDRESSES=$PWD/addresses
}

@test "the examples of commands that need no hypervisor do what the page says" {
  local page example ran=0
  sandbox
  while read -r page; do
    examples "$page"
    for example in "${page##*/}".*; do
      [ "$(example_kind "$example")" = commands ] || continue
      example_needs_lab "$example" && continue
      example_run "$example"
      ran=$((ran + 1))
    done
  done < <(pages)
  [ "$ran" -ge 14 ]
}

@test "the examples of batches have no mistake" {
  local example
  mkdir .ssh
  cp "$root/tests/fixtures/batch/id_ed25519.pub" .ssh/
  printf '#cloud-config\n' >db.yaml
  cat >plans.ini <<END
[plan small]
memory = 512
disk_size = 5
[plan large]
memory = 8G
disk_size = 100
[ssh_key me]
public_file = ~/.ssh/id_ed25519.pub
[ssh_key "Smith, John"]
public_file = ~/.ssh/id_ed25519.pub
END
  examples "$root/provision/vmango.ini.5"
  for example in vmango.ini.5.*; do
    [ "$(example_kind "$example")" = ini ]
    vmango-provision check --offline "$example"
  done
  [ -e vmango.ini.5.2 ]
}

@test "the examples of templates render, and are what libvirt's schema takes" {
  local example
  sandbox
  examples "$root/provision/vmango-templates.7"
  jq '.Plan.Name = "database" | .Machine.Index = 7' web-1.json >data.json
  for example in vmango-templates.7.[12]; do
    [ "$(example_kind "$example")" = template ]
    sed "/<graphics/d; /<devices>/r $example" vm.xml.in >example.xml.in
    vmango-render --check example.xml.in
    vmango-render --validate domain example.xml.in <data.json >example.xml
  done
  grep -q "<graphics type='vnc' port='5907'/>" example.xml
}

@test "the network pages show the examples' files as they are" {
  local file page=$root/provision/vmango-networks.7
  for file in nat/network.xml vpn/network.xml vpn/masquerade.nft public-subnet/network.xml office/network.xml \
    bridge/network.xml openvswitch/network.xml; do
    awk -v file="$file" '
      index($0, ".Pa " file) { on = 1 }
      on && /^\.Ed/ { exit }
      on && block
      on && /^\.Bd/ { block = 1 }' "$page" | diff - "$root/packaging/examples/$file"
  done
}

@test "the examples of networks and pools are what libvirt's schema takes" {
  local file
  for file in "$root"/packaging/examples/*/network.xml; do
    virt-xml-validate "$file" network
  done
  for file in "$root"/packaging/examples/pools/*.xml "$root"/packaging/examples/*/pool.xml; do
    virt-xml-validate "$file" storagepool
  done
}

@test "the example of the lease monitor's settings keeps what it says" {
  bats_require_minimum_version 1.5.0
  examples "$root/hooks/vmango-lease-monitor.8"
  [ "$(example_kind vmango-lease-monitor.8.2)" = ini ]
  settings=$(cat vmango-lease-monitor.8.2)
  export settings
  cd "$root" || return
  run --separate-stderr tests/cli/lease-host <<'END'
printf '%s\n' "$settings" >/etc/vmango/lease-monitor.conf
"$hook" web-1 release end crashed <<<"<domain><name>web-1</name></domain>"
END
  [ "$status" -eq 0 ]
  [ "$stderr" = 'vmango-lease-monitor: web-1: stopped (crashed), leases kept' ]
}

@test "a verb that takes one connection says so, and takes no second" {
  bats_require_minimum_version 1.5.0
  [ "$(vmango-provision apply --help | grep -c 'may be given again')" -eq 3 ] # --assume-lost, --machine, --verbose
  run --separate-stderr vmango-provision plan -c test:///default -c test:///default lab.ini
  [ "$status" -eq 2 ]
  [[ $stderr == *'one --connect at most'* ]]
  vmango-leases list --help | grep -q 'libvirt connection; may be given again'
}
