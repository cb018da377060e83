#!/usr/bin/env bats
# vmango-render: what its user sees.

bats_require_minimum_version 1.5.0

setup() {
  fixtures=tests/fixtures/render
  template=$fixtures/vm.xml.in
  data=$fixtures/web-1.json
  work=$BATS_TEST_TMPDIR
}

# file NAME TEXT: a template file.
file() {
  printf '%s' "$2" >"$work/$1"
}

@test "a domain template renders to what Go makes of it, and libvirt's schema takes it" {
  run --separate-stderr vmango-render "$template" --validate domain <"$data"
  [ "$status" -eq 0 ]
  [[ $output == *"<name>web-1</name>"* ]]
  [[ $output == *"<metadata><vmango:md xmlns:vmango="* ]]
  [[ $output == *"<!-- web-1 on Debian-12, 1 key(s): 0=me -->"* ]]
  printf '%s\n' "$output" >"$work/ours.xml"
  GOCACHE=$(realpath -m -- "$BUILD")/go-cache
  export GOCACHE GO111MODULE=off GOTOOLCHAIN=local
  go run tests/bench/render.go "$template" --data "$data" >"$work/go.xml"
  cmp "$work/ours.xml" "$work/go.xml"
}

@test "--data reads a file, - is standard input, so is nothing" {
  file a.txt '{{.A}}'
  echo '{"A":"x"}' >"$work/a.json"
  [ "$(vmango-render "$work/a.txt" --data "$work/a.json")" = x ]
  [ "$(vmango-render "$work/a.txt" --data - <"$work/a.json")" = x ]
  [ "$(vmango-render "$work/a.txt" <"$work/a.json")" = x ]
  [ "$(echo '{{.A}}' | vmango-render - -d "$work/a.json")" = x ]
  [ "$(vmango-render <(echo '{{.A}}') -d <(echo '{"A":"y"}'))" = y ]
}

@test "--set makes members, text by = and JSON by :=, the last wins" {
  file a.txt '{{.A.B}} {{.C}} {{printf "%T" .N}} {{index .L 1}} {{.L}}'
  run vmango-render "$work/a.txt" --set A.B=x=y --set C=1 --set C=2 --set N:=4 --set L.1:='"z"' <<<'{"L":[1,2]}'
  [ "$status" -eq 0 ]
  [ "$output" = 'x=y 2 int z [1 z]' ]
}

@test "--set that can't be is an error" {
  file a.txt 'x'
  for bad in x =x := .A=1 A..B=1 A.=1 L.2=x L.x=x S.x=1 'N:={' 'N:=nan'; do
    run vmango-render "$work/a.txt" --set "$bad" <<<'{"L":[1,2],"S":"s"}'
    echo "$bad: $output"
    [ "$status" -eq 2 ]
    [[ $output == "vmango-render: --set: $bad: "* ]]
  done
}

@test "further files define templates for the first" {
  file a.txt '{{template "greet" .}}{{template "c.txt" .}}{{block "own" .}}default{{end}}'
  file b.txt '{{define "greet"}}hello {{.A}} {{end}}{{define "own"}}replaced{{end}}'
  file c.txt 'body {{.A}} '
  run vmango-render "$work/a.txt" "$work/b.txt" "$work/c.txt" <<<'{"A":1}'
  [ "$output" = 'hello 1 body 1 replaced' ]
}

@test "--json-lines: one rendering for each line, what fails does not stop the rest" {
  file a.txt $'{{.A}}\n'
  run --separate-stderr vmango-render "$work/a.txt" --json-lines <<<$'{"A":1}\n{"B":2}\n{"A":\n{"A":3}'
  [ "$status" -eq 1 ]
  [ "$output" = $'1\n3' ]
  [ "${stderr_lines[0]}" = "vmango-render: standard input: line 2: $work/a.txt:1:3: <.A>: map has no entry for key \"A\"; did you mean \"B\"?" ]
  [ "${stderr_lines[1]}" = 'vmango-render: standard input: line 3: line 1: the JSON ends early' ]
  [ "${#stderr_lines[@]}" -eq 2 ]
}

@test "values are escaped in *.xml and *.xml.in, markup and other files are not" {
  file a.xml '<a b="{{.V}}">{{.V}}{{.Metadata}}</a>'
  cp "$work/a.xml" "$work/a.xml.in"
  cp "$work/a.xml" "$work/a.txt"
  json='{"V":"<&\">","Metadata":"<m/>"}'
  for name in a.xml a.xml.in; do
    [ "$(vmango-render "$work/$name" <<<"$json")" = '<a b="&lt;&amp;&quot;&gt;">&lt;&amp;"&gt;<m/></a>' ]
  done
  [ "$(vmango-render "$work/a.txt" <<<"$json")" = '<a b="<&">"><&"><m/></a>' ]
  [ "$(vmango-render --escape none "$work/a.xml" <<<"$json")" = '<a b="<&">"><&"><m/></a>' ]
  [ "$(vmango-render --escape xml "$work/a.txt" <<<"$json")" = '<a b="&lt;&amp;&quot;&gt;">&lt;&amp;"&gt;<m/></a>' ]
}

@test "--markup names a further field that is XML" {
  file a.xml '<a>{{.Extra}}{{.Other}}{{.Metadata}}</a>'
  run vmango-render "$work/a.xml" --markup Extra <<<'{"Extra":"<x/>","Other":"<y/>","Metadata":"<m/>"}'
  [ "$output" = '<a><x/>&lt;y/&gt;<m/></a>' ]
}

@test "a result that is not well-formed is an error, and nothing is printed" {
  file a.xml $'<a>\n  <b>{{.A}}</c>\n</a>'
  run --separate-stderr vmango-render "$work/a.xml" <<<'{"A":1}'
  [ "$status" -eq 2 ]
  [ -z "$output" ]
  [ "$stderr" = "vmango-render: $work/a.xml: the result is not well-formed: line 2, column 9: mismatched tag:   <b>1</c>" ]
}

@test "a hostile value can't leave its place" {
  file a.xml "<a b='{{.V}}' c=\"{{.V}}\"><!-- {{.V}} --><![CDATA[{{.V}}]]>{{.V}}</a>"
  jq -n '{V: "--><x>]]></a>\" '"'"'&amp;\n"}' >"$work/v.json"
  vmango-render "$work/a.xml" <"$work/v.json" >"$work/a.out"
  xmllint --noout "$work/a.out"
  [ "$(xmllint --xpath 'count(//*)' "$work/a.out")" = 1 ]
  [ "$(xmllint --xpath 'string(/a/@b)' "$work/a.out")" = "$(jq -r .V "$work/v.json")" ]
  [ "$(xmllint --xpath 'string(/a/@c)' "$work/a.out")" = "$(jq -r .V "$work/v.json")" ]
  [ "$(xmllint --xpath 'string(/a)' "$work/a.out")" = "$(jq -r '.V + .V' "$work/v.json")" ]
}

@test "--validate holds the result against libvirt's schemas" {
  file domain.txt '<domain type="kvm"><name>{{.N}}</name><memroy>1</memroy></domain>'
  run vmango-render "$work/domain.txt" --validate domain <<<'{"N":"x"}'
  [ "$status" -eq 2 ]
  [[ $output == "vmango-render: $work/domain.txt: the result is not a valid domain: line 1: "* ]]
  file volume.xml '<volume><name>{{.N}}</name><capacity unit="G">{{.S}}</capacity><target/></volume>'
  vmango-render "$work/volume.xml" --validate volume <<<'{"N":"x","S":5}'
  run vmango-render "$work/volume.xml" --validate volume <<<'{"N":"x","S":"five"}'
  [ "$status" -eq 2 ]
  file network.xml '<network><name>{{.N}}</name><ip address="{{.A}}" prefix="24"/></network>'
  vmango-render "$work/network.xml" --validate network <<<'{"N":"x","A":"192.0.2.1"}'
  run vmango-render "$work/network.xml" --validate network <<<'{"N":"x","A":"192.0.2.999"}'
  [ "$status" -eq 2 ]
  file pool.xml '<pool type="dir"><name>{{.N}}</name><target><path>{{.P}}</path></target></pool>'
  vmango-render "$work/pool.xml" --validate pool <<<'{"N":"x","P":"/p"}'
  run vmango-render "$work/pool.xml" --validate network <<<'{"N":"x","P":"/p"}'
  [ "$status" -eq 2 ]
}

@test "schemas come from --schemas, else VMANGO_SCHEMAS, and have to be there" {
  file pool.xml '<pool type="dir"><name>x</name><target><path>/p</path></target></pool>'
  run vmango-render "$work/pool.xml" --validate pool --schemas "$work" <<<'{}'
  [ "$status" -eq 3 ]
  [ "$output" = "vmango-render: --validate: $work/storagepool.rng: No such file or directory" ]
  VMANGO_SCHEMAS=$work/none run vmango-render "$work/pool.xml" --validate pool <<<'{}'
  [ "$status" -eq 3 ]
  cp /usr/share/libvirt/schemas/*.rng "$work"
  VMANGO_SCHEMAS=$work run vmango-render "$work/pool.xml" --validate pool <<<'{}'
  [ "$status" -eq 0 ]
}

@test "a missing field is an error with place, name and the nearest field" {
  file a.txt $'first\n  {{.Machine.Nmae}}\n'
  run vmango-render "$work/a.txt" <<<'{"Machine":{"Name":"x","Memory":1}}'
  [ "$status" -eq 2 ]
  [ "$output" = "vmango-render: $work/a.txt:2:5: <.Machine.Nmae>: map has no entry for key \"Nmae\"; did you mean \"Name\"?" ]
  run vmango-render "$work/a.txt" --missing default <<<'{"Machine":{}}'
  [ "$output" = $'first\n  <no value>' ]
  file b.txt '{{.Machine.Nmae.X}}'
  run vmango-render "$work/b.txt" --missing default <<<'{"Machine":{}}'
  [ "$output" = '<no value>' ]
  run vmango-render "$work/b.txt" --missing zero <<<'{"Machine":{}}'
  [ "$status" -eq 2 ]
  [[ $output == *'nil pointer evaluating interface {}.X' ]]
}

@test "--check finds unknown fields without data, through with, range, variables and templates" {
  vmango-render --check "$template"
  file a.xml '{{.Machine.Nmae}}
{{with .Machine}}{{.Ip.Adress}}{{$.Imgae}}{{end}}
{{range $i, $k := .Machine.SSHKeys}}{{$k.Publik}}{{.Name}}{{$i.X}}{{end}}
{{$p := .Plan}}{{$p.Memroy}}{{(index $p "Cpuz")}}{{($p).Cpsu}}
{{template "t" .Hypervisor}}{{define "t"}}{{.Uri}}{{end}}
{{define "uncalled"}}{{.Whatever}}{{end}}
{{range .Network}}{{end}}{{.Machine.Name.First}}{{.Machine.SSHKeys.Name}}
{{$x := .Plan}}{{if .Machine}}{{$x = .Image}}{{end}}{{$x.OSName}}
{{.Machine.Qqqqqqqq | default "d"}}
{{if eq .Image.Type 2}}{{end}}{{if or (ne 1 .Machine.Arch) (.Image.OS | lt 1.5)}}{{end}}{{eq .Plan.Cpus "1"}}{{eq .Image.Type "raw" .Image.OS}}{{lt 1 .Plan.Cpus}}
{{.Image.ArchString2}}{{.ConfigDrive}}{{.Machine.Ip.UsedBy}}{{.Machine.Disk.Size}}{{.Machine.IsRunning}}'
  run vmango-render --check "$work/a.xml"
  [ "$status" -eq 1 ]
  diff - <(printf '%s\n' "$output" | sed "s#vmango-render: $work/##") <<'END'
a.xml:1:3: <.Machine.Nmae>: Machine has no field "Nmae"; did you mean "Name"?
a.xml:2:20: <.Ip.Adress>: Machine.Ip has no field "Adress"; did you mean "Address"?
a.xml:2:34: <$.Imgae>: the context has no field "Imgae"; did you mean "Image"?
a.xml:3:39: <$k.Publik>: Machine.SSHKeys[] has no field "Publik"; did you mean "Public"?
a.xml:4:18: <$p.Memroy>: Plan has no field "Memroy"; did you mean "Memory"?
a.xml:4:32: <index $p "Cpuz">: Plan has no field "Cpuz"; did you mean "Cpus"?
a.xml:4:52: <($p).Cpsu>: Plan has no field "Cpsu"; did you mean "Cpus"?
a.xml:5:45: <.Uri>: Hypervisor has no field "Uri"; did you mean "Url"?
a.xml:7:9: <.Network>: range can't iterate over text
a.xml:7:28: <.Machine.Name.First>: Machine.Name is text and has no fields
a.xml:7:51: <.Machine.SSHKeys.Name>: Machine.SSHKeys is a list and has no fields
a.xml:9:3: <.Machine.Qqqqqqqq>: Machine has no field "Qqqqqqqq"
a.xml:10:6: <eq .Image.Type 2>: Image.Type is text (format: qcow2 or raw) and can't be compared with a number
a.xml:10:40: <ne 1 .Machine.Arch>: Machine.Arch is text (architecture, libvirt's name) and can't be compared with a number
a.xml:10:73: <lt 1.5>: Image.OS is text (operating system and version) and can't be compared with a number
a.xml:10:91: <eq .Plan.Cpus "1">: Plan.Cpus is a number (virtual CPUs) and can't be compared with text
a.xml:11:3: <.Image.ArchString2>: Image.ArchString2, of Vmango, is not supported; use Image.Arch
a.xml:11:25: <.ConfigDrive>: ConfigDrive, of Vmango, is not supported; use ConfigDrivePath
a.xml:11:41: <.Machine.Ip.UsedBy>: Machine.Ip.UsedBy, of Vmango, is not supported
a.xml:11:63: <.Machine.Disk>: Machine.Disk, of Vmango, is not supported; use Machine.RootDisk
END
}

@test "the templates that are shipped pass --check, and their results the schemas" {
  mapfile -t shipped < <(find packaging -name '*.xml.in')
  [ "${#shipped[@]}" -gt 3 ]
  for file in "${shipped[@]}"; do
    vmango-render --check "$file"
    case $file in
      */volume.xml.in) kind=volume ;;
      *) kind=domain ;;
    esac
    vmango-render "$file" --validate $kind <"$data" >/dev/null
    vmango-render "$file" --validate $kind --set Machine.Name='<&">]]>' \
      --set ConfigDrivePath:=null --set Hypervisor.DomainType=qemu <"$data" >/dev/null
  done
}

@test "--check reports the syntax of every file" {
  file a.txt '{{if}}'
  file b.txt '{{nosuch}}'
  run vmango-render --check "$work/a.txt" "$work/b.txt"
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = "vmango-render: $work/a.txt:1:5: missing value for if" ]
  [ "${lines[1]}" = "vmango-render: $work/b.txt:1:3: function \"nosuch\" not defined" ]
}

@test "--list-fields tells each field once, and where" {
  file a.txt '{{.A.B}} {{with .C}}{{.D}}{{$.A.B}}{{end}}
{{range .L}}{{.N}}{{end}}{{define "x"}}{{.U}}{{end}}'
  run vmango-render --list-fields "$work/a.txt"
  [ "$status" -eq 0 ]
  diff - <(printf '%s\n' "$output" | sed "s#$work/##") <<'END'
A.B	a.txt	1	3
C	a.txt	1	17
C.D	a.txt	1	23
L	a.txt	2	9
L[].N	a.txt	2	15
?.U	a.txt	2	42
END
  run vmango-render --list-fields -o jsonl "$work/a.txt"
  [ "${lines[0]}" = "{\"Field\":\"A.B\",\"Template\":\"$work/a.txt\",\"Line\":1,\"Column\":3}" ]
  run vmango-render --list-fields --header "$work/a.txt"
  [ "${lines[0]}" = $'Field\tTemplate\tLine\tColumn' ]
}

@test "limits stop hostile templates and documents" {
  file loop.txt '{{range 1000000000}}{{end}}'
  run timeout 20 vmango-render "$work/loop.txt" <<<'{}'
  [ "$status" -eq 2 ]
  [[ $output == *": more than 10000000 steps" ]]
  file grow.txt '{{$x := "0123456789"}}{{range 100}}{{$x = print $x $x}}{{end}}'
  run timeout 20 vmango-render "$work/grow.txt" <<<'{}'
  [ "$status" -eq 2 ]
  [[ $output == *": more than 33554432 bytes" ]]
  file deep.txt '{{define "t"}}{{template "t"}}{{end}}{{template "t"}}'
  run timeout 20 vmango-render "$work/deep.txt" <<<'{}'
  [ "$status" -eq 2 ]
  [[ $output == *": exceeded maximum template depth (1000)" ]]
  run vmango-render "$work/deep.txt" --max-depth 7 <<<'{}'
  [[ $output == *": exceeded maximum template depth (7)" ]]
  file long.txt '{{range 10}}0123456789{{end}}'
  run vmango-render "$work/long.txt" --max-output 99 <<<'{}'
  [[ $output == *": more than 99 bytes of output" ]]
  run vmango-render "$work/long.txt" --max-steps 5 <<<'{}'
  [[ $output == *": more than 5 steps" ]]
  file nest.txt "$(printf '{{if 1}}%.0s' {1..300})"
  run vmango-render "$work/nest.txt" <<<'{}'
  [[ $output == *": nested more than 200 deep" ]]
  file x.txt 'x'
  run vmango-render "$work/x.txt" <<<"$(printf '[%.0s' {1..300})"
  [ "$status" -eq 2 ]
  [[ $output == *"nesting too deep" ]]
}

@test "usage errors tell what was meant" {
  run vmango-render
  [ "$status" -eq 2 ]
  run vmango-render x.xml --escape hmtl
  [ "$status" -eq 2 ]
  [[ $output == *'unknown way of escaping "hmtl"'* ]]
  run vmango-render x.xml --validate domian
  [ "$status" -eq 2 ]
  [[ $output == *'did you mean "domain"?'* ]]
  run vmango-render - </dev/null
  [ "$status" -eq 2 ]
  [[ $output == *"can't both be standard input"* ]]
  run vmango-render x.xml --check --list-fields
  [ "$status" -eq 2 ]
  run vmango-render "$BATS_TEST_TMPDIR/none.xml" </dev/null
  [ "$status" -eq 2 ]
  [[ $output == *"none.xml: No such file or directory" ]]
}

@test "data that is no JSON is an error with its line" {
  file a.txt 'x'
  run vmango-render "$work/a.txt" <<<$'{"A":1,\n}'
  [ "$status" -eq 2 ]
  [ "$output" = 'vmango-render: standard input: line 2: unexpected character' ]
  run vmango-render "$work/a.txt" </dev/null
  [ "$output" = 'vmango-render: standard input: line 1: the JSON ends early' ]
}

@test "a full disk is an error exit" {
  file a.txt 'x'
  run bash -c 'vmango-render "$1" <<<"{}" >/dev/full' bash "$work/a.txt"
  [ "$status" -eq 3 ]
}

@test "it loads no libvirt" {
  run ldd "$BUILD/vmango-render"
  [[ $output != *libvirt* && $output != *libxml2* ]]
}

# A render takes about a millisecond, half of it for libraries.
@test "a run that prints no table loads no library for tables" {
  local libraries
  file a.xml '<a>{{.x}}</a>'
  libraries=$(LD_DEBUG=files vmango-render "$work/a.xml" 2>&1 <<<'{"x": 1}')
  [[ $libraries == *libjson-c* && $libraries == *'<a>1</a>'* && $libraries != *smartcols* ]]
  libraries=$(LD_DEBUG=files vmango-render --list-fields -o table "$work/a.xml" 2>&1)
  [[ $libraries == *libsmartcols* ]]
}

@test "without the library for tables the records are printed as TSV, and the reason" {
  file a.xml '<a>{{.x}}</a>'
  mkdir "$work/broken"
  : >"$work/broken/libsmartcols.so.1"
  LD_LIBRARY_PATH=$work/broken run -3 --separate-stderr vmango-render --list-fields -o table "$work/a.xml"
  [ "${lines[0]}" = $'Field\tTemplate\tLine\tColumn' ]
  [ "${lines[1]}" = $'x\t'"$work/a.xml"$'\t1\t6' ]
  [[ $stderr == "vmango-render: "*"can't print a table: $work/broken/libsmartcols.so.1: "*'; use --output tsv' ]]
  LD_LIBRARY_PATH=$work/broken vmango-render --list-fields -o tsv "$work/a.xml"
}

# What a line before it proves of a template must not hide an error that its own values make.
@test "--json-lines finds the line whose values make it ill-formed, behind lines that are fine" {
  check() {
    printf '%s' "$1" >"$BATS_TEST_TMPDIR/t.xml"
    run -1 --separate-stderr vmango-render "$BATS_TEST_TMPDIR/t.xml" --json-lines \
      < <(printf '{"x": "%s"}\n' "$2" "$2" "$3" "$2")
    [ "${#lines[@]}" -eq 3 ]
    [[ $stderr == "vmango-render: standard input: line 3: "* ]]
    [[ $stderr == *"not well-formed"* && $stderr != *"line 4"* ]]
  }
  check $'<a>{{.x}}></a>\n' fine ']]'
  check $'<a>]{{.x}}]></a>\n' fine ''
  check $'<a>&{{.x}};</a>\n' amp foo
  check $'<a>&#{{.x}};</a>\n' 65 7
  check $'<a b="&{{.x}};"/>\n' lt foo
  check $'<a xmlns:b="{{.x}}"/>\n' urn:b ''
  check $'<a xmlns:b="{{.x}}" xmlns:c="c" b:d="" c:d=""/>\n' b c
  check $'<a xmlns:b="x{{.x}}" xmlns:c="xc" b:d="" c:d=""/>\n' b c
  check $'{{.x}}<a/>\n' '\ufeff' 'a'
  check $'<a/>{{.x}}\n' ' ' 'a'
  check $'<a/>{{.x}}\n' '' 'a'
  check $'<a {{.x}}=""/>\n' b -b
  check $'<a b="" {{.x}}=""/>\n' c b
  check $'<a><{{.x}}/></a>\n' b -b
  check $'<?xml version="1.{{.x}}"?><a/>\n' 0 a
  check $'<a>{{slice (html .x) 0 2}}</a>\n' 'ab' '&'
}

@test "a comment is where XML has it, and no value ends it" {
  printf '%s\n' '<r><!--->{{.x}}--></r>' >"$BATS_TEST_TMPDIR/t.xml"
  run -0 vmango-render "$BATS_TEST_TMPDIR/t.xml" --json-lines < <(printf '{"x": "%s"}\n' a 'a--b' '-->')
  [ "$output" = $'<r><!--->a--></r>\n<r><!--->a- -b--></r>\n<r><!--->- ->--></r>' ]
  printf '%s' '<r><!-- --{{.x}}{{.y}}</r>' >"$BATS_TEST_TMPDIR/t.xml"
  for y in a '<b & c'; do
    run -2 --separate-stderr vmango-render "$BATS_TEST_TMPDIR/t.xml" <<<"{\"x\": \">\", \"y\": \"$y\"}"
    [ -z "$output" ]
    [[ $stderr == *'not well-formed'* ]]
  done
}

@test "--json-lines renders values of all kinds as they are, line by line" {
  printf '%s' '<a b="{{.x}}">{{.x}}<!--{{.x}}--><![CDATA[{{.x}}]]></a>' >"$BATS_TEST_TMPDIR/t.xml"
  for value in one two '' ' ' '<&>' '-' ']]>' three; do
    jq -nc --arg x "$value" '{$x}'
  done >"$BATS_TEST_TMPDIR/lines"
  while read -r line; do
    vmango-render "$BATS_TEST_TMPDIR/t.xml" <<<"$line"
  done <"$BATS_TEST_TMPDIR/lines" >"$BATS_TEST_TMPDIR/expected"
  vmango-render "$BATS_TEST_TMPDIR/t.xml" --json-lines <"$BATS_TEST_TMPDIR/lines" | diff "$BATS_TEST_TMPDIR/expected" -
}
