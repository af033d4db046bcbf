# shellcheck shell=bash
# Completion of probe's command line for bash. Written by scripts/reference: do not edit.

_probe_words() {
  mapfile -t COMPREPLY < <(compgen -W "$*" -- "$word")
}
_probe_files() {
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen -f -- "$word")
}

_probe() {
  local word=$2 option=$3 i
  # readline takes the `=` of --option=value for a word of its own.
  if [[ $word == = ]]; then
    word=''
  elif [[ $option == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if [[ ${COMP_WORDS[1]} == wait ]]; then
    for ((i = 2; i < COMP_CWORD; i++)); do
      [[ ${COMP_WORDS[i]} == -- ]] || continue
      if ((COMP_CWORD == i + 1)); then
        mapfile -t COMPREPLY < <(compgen -c -- "$word")
      elif declare -F _command_offset >/dev/null; then
        _command_offset $((i + 1))
      else
        _probe_files
      fi
      return
    done
  fi
  case $option in
    -o | --output)
      _probe_words text json
      return ;;
    --role)
      _probe_words primary standby
      return ;;
    --data | --cacert | --cert | --key)
      _probe_files
      return ;;
    -t | --timeout | --attempt-timeout | -n | --attempts | -i | --interval | --max-interval | --successes | --status | -X | --method | -H | --header | --expect-body | --expect-regex | --expect-json | --expect-header | --max-age | --query | --server-name | --cert-days)
      return ;;
  esac
  if [[ ${COMP_WORDS[1]} == install ]] && ((COMP_CWORD > 1)); then
    _probe_files
  elif [[ $word == -* ]]; then
    _probe_words -t --timeout --attempt-timeout -n --attempts -i --interval --max-interval --successes --fail-fast --not -q --quiet -v --verbose -o --output --status -X --method -H --header --data -L --location --expect-body --expect-regex --expect-json --expect-header --max-age --query --role -k --insecure --cacert --cert --key --server-name --cert-days -h --help -V --version --licenses
  else
    _probe_words http:// https:// http+unix:// postgres:// mysql:// mysql+unix:// redis:// rediss:// redis+unix:// redis+sentinel:// memcached:// memcached+unix:// grpc:// grpcs:// grpc+unix:// amqp:// amqps:// nats:// nats+tls:// mqtt:// mqtts:// dns:// tcp:// unix:// tls:// file://
    if ((${#COMPREPLY[@]})); then compopt -o nospace; fi
    if ((COMP_CWORD == 1)); then mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W 'wait install' -- "$word"); fi
  fi
}
complete -F _probe probe
