# Prints what an interactive zsh shows for a line and the tab key: DIRECTORY of the completions, LINE, and a PATTERN
# that ends the wait.
zmodload zsh/zpty
zpty shell "TERM=dumb COLUMNS=200 zsh -f -i"
zpty -w shell "PS1=; stty -echo; fpath=($1 \$fpath); autoload -U compinit; compinit -D -u; LISTMAX=999; print RE''ADY"
zpty -r -m shell _ '*READY*'
zpty -w -n shell "$2"$'\t\t'
zpty -r -m shell shown "$3"
print -r -- "$shown"
