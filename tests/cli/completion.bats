# SPDX-License-Identifier: GPL-2.0-or-later
# Completion by TAB: bash's own machinery is driven by COMP_WORDS, zsh is a real one on a terminal.

setup_file() {
  mkdir "$BATS_FILE_TMPDIR/functions"
  cp "$BATS_TEST_DIRNAME/../../packaging/completion/zsh" "$BATS_FILE_TMPDIR/functions/_vmango"
}

setup() {
  root=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
  cd "$BATS_TEST_TMPDIR" || return
  mkdir bin sub
  cat >lab.ini <<'END'
[plan p]
memory = 10
disk_size = 1
[defaults]
plan = p
image = Debian-12
[machine web-{1..3}]
[machine db]
END
  : >notes.txt
  export PATH=$PWD/bin:$PATH LIBVIRT_DEFAULT_URI=test:///default
}

# bash_offers LINE: what bash offers for it, a word a line.
bash_offers() {
  bash --norc -c '
    source /usr/share/bash-completion/bash_completion
    source "$1"
    COMP_LINE=$2 COMP_POINT=${#2}
    read -ra COMP_WORDS <<<"$2"
    [[ $2 != *" " ]] || COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _vmango "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    ((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"' \
    bash "$root/packaging/completion/bash" "$1" 2>errors | sort -u
  [ ! -s errors ] || { cat errors && return 1; }
}

zsh_offers() {
  timeout 60 zsh -f "$root/tests/cli/complete.zsh" "$BATS_FILE_TMPDIR/functions" "$1"
}

# offers LINE WORD...: both shells offer exactly these.
offers() {
  local line=$1 shell
  shift
  for shell in bash zsh; do
    diff <("${shell}_offers" "$line") <((($# == 0)) || printf '%s\n' "$@" | sort -u) ||
      { echo "$shell: $line" && return 1; }
  done
}

@test "verbs are those of --help" {
  local program
  for program in vmango-provision vmango-leases vmango-imagetool; do
    diff <(zsh_offers "$program ") <("$program" --help | sed -nE 's/^  ([a-z]+) .*/\1/p' | sort)
    diff <(bash_offers "$program " | grep -v ^--) <("$program" --help | sed -nE 's/^  ([a-z]+) .*/\1/p' | sort)
  done
  offers 'vmango-provision ap' apply
  offers 'vmango-provision nonsense'
}

@test "options may be before the verb" {
  offers 'vmango-provision -q ap' apply
  offers 'vmango-leases -o json -c test:///default re' release resolve
  offers 'vmango-leases -o ' table tsv json jsonl
  offers 'vmango-leases --connect list ' ansible audit help list release resolve watch
  offers 'vmango-leases -c test:///default list --network d' default
  offers 'vmango-provision -q apply lab.ini -m w' web-1 web-2 web-3
  offers 'vmango-provision -c test:///default -q context lab.ini d' db
  offers 'vmango-imagetool --dr' --dry-run
  offers 'vmango-imagetool help in' inspect
  offers 'vmango-imagetool help list '
}

@test "options are those of the verb's --help" {
  local line
  for line in vmango-provision\ {check,plan,apply,destroy,status,start,stop,reboot,facts,context} \
    vmango-leases\ {resolve,list,watch,audit,release,ansible} \
    vmango-imagetool\ {parse,name,list,import,inspect,remove} vmango-render vmango-configdrive; do
    diff <(bash_offers "$line --") <($line --help | grep -oE '^  (-.,|   ) --[a-z0-9-]+' | grep -oE -- '--.*' | sort -u)
  done
  # zsh takes longer for each.
  for line in 'vmango-provision apply' 'vmango-leases resolve' 'vmango-render'; do
    diff <(zsh_offers "$line --") <($line --help | grep -oE '^  (-.,|   ) --[a-z0-9-]+' | grep -oE -- '--.*' | sort -u)
  done
}

@test "values are the words that --help gives to choose from" {
  offers 'vmango-provision plan -o ' table tsv json jsonl
  offers 'vmango-leases list --output=' table tsv json jsonl hosts ssh-config ansible
  offers 'vmango-render --missing ' error zero default
  offers 'vmango-render --escape ' xml none
  offers 'vmango-render --validate d' domain
  offers 'vmango-configdrive -f ' openstack nocloud
  offers 'vmango-leases list --source ' static lease agent arp script
  offers 'vmango-provision apply --jobs '
}

@test "architectures are those that image names have" {
  local arch
  bash_offers 'vmango-imagetool import --arch ' >archs
  diff archs <(zsh_offers 'vmango-imagetool import --arch ')
  while read -r arch; do
    vmango-imagetool parse --strict "A-1_${arch}_raw.img"
  done <archs
  diff archs <(sed -nE 's/^\.It ([a-z0-9]+) Ta .*/\1/p' "$root/imagetool/vmango-imagetool.1" | sort)
}

@test "operands are batches, files, machines or images, as the verb takes them" {
  offers 'vmango-provision apply ' bin lab.ini sub
  offers 'vmango-provision apply lab.ini '
  offers 'vmango-render n' notes.txt
  offers 'vmango-imagetool list --dir s' sub
}

@test "machines are those of the batch on the line" {
  offers 'vmango-provision apply lab.ini -m ' db web-1 web-2 web-3
  offers 'vmango-provision context lab.ini w' web-1 web-2 web-3
  offers 'vmango-provision adopt lab.ini db w' web-1 web-2 web-3
  offers 'vmango-provision destroy -m web-1 lab.ini --machine=d' db
  offers 'vmango-provision apply none.ini -m '
}

@test "machines, networks and pools are those of the hypervisor on the line" {
  offers 'vmango-leases resolve -c test:///default ' test
  offers 'vmango-leases list --machine ' test
  offers 'vmango-provision export -c test:///default other t' test
  offers 'vmango-leases list --network d' default
  offers 'vmango-imagetool list --pool ' default-pool
  offers 'vmango-imagetool remove -c test:///nowhere '
}

@test "images are those of the pool on the line" {
  cat >bin/vmango-imagetool <<'END'
#!/bin/sh
case "$*" in
  'list -o tsv -c qemu+ssh://hv1/system --pool own') printf 'Debian-12_amd64_qcow2.img\tDebian-12\n' ;;
  *) exec REAL "$@" ;;
esac
END
  sed -i "s|REAL|$(PATH=${PATH#*:} command -v vmango-imagetool)|" bin/vmango-imagetool
  chmod +x bin/vmango-imagetool
  offers 'vmango-imagetool remove -c qemu+ssh://hv1/system --pool own D' Debian-12_amd64_qcow2.img
}

@test "names with characters of the shell are quoted, and nothing in them is run" {
  cat >bin/virsh <<'END'
#!/bin/sh
printf '%s\n' '$(touch ran)' 'two words' '`touch ran`'
END
  chmod +x bin/virsh
  diff <(bash_offers 'vmango-leases list --network ') <(printf '%s\n' '\$\(touch\ ran\)' 'two\ words' '\`touch\ ran\`' | sort)
  [ "$(zsh_offers 'vmango-leases list --network ' | wc -l)" -eq 3 ]
  [ ! -e ran ]
}

@test "a hypervisor that does not answer costs 2 seconds, and says nothing" {
  printf '#!/bin/sh\necho noise >&2\nexec sleep 600\n' >bin/virsh
  chmod +x bin/virsh
  SECONDS=0
  [ -z "$(bash_offers 'vmango-leases list --network ')" ]
  [ "$SECONDS" -lt 10 ]
}

@test "what is asked for names has no terminal to ask for a password on" {
  printf '#!/bin/sh\n(: >/dev/tty) 2>/dev/null && echo asks || echo quiet\n' >bin/virsh
  chmod +x bin/virsh
  [ "$(zsh_offers 'vmango-leases list --network ')" = quiet ]
  export -f bash_offers
  export root
  [ "$(SHELL=$BASH script -qec "bash -c 'virsh; bash_offers \"vmango-leases list --network \"'" /dev/null | tr -d '\r' | paste -sd ' ')" = 'asks quiet' ]
}
