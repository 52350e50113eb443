# Made by "make docs" from src/cli/options.ts and src/rules; do not edit.
_crio_guard() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  # bash splits --flag=value at the sign.
  [[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD - 2]}
  [[ $cur == = ]] && cur= prev=${COMP_WORDS[COMP_CWORD - 1]}
  # What comes after -- is CRI-O's.
  local word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do [[ $word == -- ]] && return; done
  case $prev in
    --recommend)
      COMPREPLY=($(compgen -W '' -- "$cur"))
      return
      ;;
    --explain)
      COMPREPLY=($(compgen -W 'CG003 CG004 CG005 CG006 CG008 CG009 CG010 CG011 CG101 CG102 CG103 CG104 CG105 CG106 CG107 CG108 CG109 CG110 CG111 CG112 CG113 CG114 CG115 CG116 CG117 CG118 CG201 CG202 CG203 CG204 CG205 CG206 CG207 CG208 CG209 CG210 CG211 CG212 CG213 CG214 CG215 CG216 CG217 CG218 CG301 CG302 CG303 CG304 CG305 CG306 CG307 CG308 CG309 CG310 CG311 CG401 CG402 CG403 CG404 CG405 CG406 CG407 CG409 CG410 CG411 CG501 CG502 CG503 CG504 CG505 CG506 CG507 CG508 CG509 CG510 CG511 CG512 CG513 CG514 CG601 CG602 CG603 CG604 CG605 CG606 CG607' -- "$cur"))
      return
      ;;
    --record)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    --id)
      COMPREPLY=($(compgen -W '' -- "$cur"))
      return
      ;;
    --format)
      COMPREPLY=($(compgen -W 'text json npd prometheus' -- "$cur"))
      return
      ;;
    --only)
      local before=
      [[ $cur == *,* ]] && before=${cur%,*},
      COMPREPLY=($(compgen -P "$before" -W 'CG003 CG004 CG005 CG006 CG008 CG009 CG010 CG011 CG101 CG102 CG103 CG104 CG105 CG106 CG107 CG108 CG109 CG110 CG111 CG112 CG113 CG114 CG115 CG116 CG117 CG118 CG201 CG202 CG203 CG204 CG205 CG206 CG207 CG208 CG209 CG210 CG211 CG212 CG213 CG214 CG215 CG216 CG217 CG218 CG301 CG302 CG303 CG304 CG305 CG306 CG307 CG308 CG309 CG310 CG311 CG401 CG402 CG403 CG404 CG405 CG406 CG407 CG409 CG410 CG411 CG501 CG502 CG503 CG504 CG505 CG506 CG507 CG508 CG509 CG510 CG511 CG512 CG513 CG514 CG601 CG602 CG603 CG604 CG605 CG606 CG607' -- "${cur##*,}"))
      return
      ;;
    --metrics)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    --condition)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    --from)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    --crio-version)
      COMPREPLY=($(compgen -W '' -- "$cur"))
      return
      ;;
  esac
  COMPREPLY=($(compgen -W '--check --fix --revert --prestart --config --recommend --explain --list-rules --record --version --help --dry-run --yes --list --id --force --unneeded --json --format --only --metrics --condition --from --crio-version --deep --verbose' -- "$cur"))
}
complete -F _crio_guard crio-guard
