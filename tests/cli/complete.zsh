#!/usr/bin/env zsh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a real interactive zsh offers for a line: complete.zsh FOLDER LINE prints it, a word a line;
# FOLDER has the function _vmango, and keeps
# what zsh has found out about all others.
zmodload zsh/zpty
zpty shell zsh -f -i
# Each command is awaited, so that no output is taken for that of another.
tell() {
  zpty -w shell "$1; print -r DO''NE"
  zpty -r -m shell reply '*DONE*'
}
tell 'PROMPT=; unsetopt prompt_sp prompt_cr'
tell "fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -u -C -d ${(q)1}/dump"
tell 'begin() { compprefuncs=(begin); print -r "BEG""IN" }; finish() { comppostfuncs=(finish); print -r "FIN""ISH" }'
tell 'compprefuncs=(begin); comppostfuncs=(finish); bindkey "^I" complete-word'
tell 'compadd() {
  local -a found
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return
  fi
  builtin compadd -A found "$@"
  (( ! $#found )) || print -rl -- "WORD "$^found
  builtin compadd "$@"
}'
tell 'print -r'
zpty -w -n shell "$2"$'\t'
zpty -r -m shell reply '*FINISH*'
print -r -- "$reply" | tr -d '\r' | sed -n 's/^.*WORD //p' | sort -u
zpty -d shell
