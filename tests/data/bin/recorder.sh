# Stands in for a program on PATH: notes how it was called, then answers as `answers.sh` says.
# Workflows call it hundreds of times, so it is one process of bash. Run as `bash recorder.sh STAND_INS PROGRAM ARGUMENTS...`;
# NOTES names the folder of its notes, else `calls`.

root=$1 program=$2
shift 2
shopt -s nullglob dotglob
notes=$root/${NOTES:-calls}
earlier=("$notes"/*-"$program")

put() { # how many, then each; no text of a process or a file holds a zero byte
  printf '%s\0' "$#" "$@"
}

write_note() {
  local results=() file content
  mapfile -d '' -t variables <"/proc/$$/environ"
  for file in results/*.json invoke.yam[l]; do
    IFS= read -rd '' content <"$file"
    results+=("${file##*/}" "$content")
  done
  put "$program" "$@"
  put "${variables[@]}"
  put *
  put "${results[@]}"
}

answer() { # BEGIN EXIT OUTPUTS SAID...: the longest BEGIN that fits is given; what is said comes one after the other
  if [[ $line == "$1"* && ${#1} -gt $longest ]]; then
    longest=${#1} code=$2 outputs=$3 said=("${@:4}")
  fi
}

forward() { # PROGRAM PORT SAID: whoever listens there does it, and writes down in SAID what it says
  [[ $program == "$1" && $longest -lt 0 ]] || return 0
  exec 3<>"/dev/tcp/127.0.0.1/$2"
  printf '%s\n' "$note" "$PWD" >&3
  read -r code <&3
  cat "$3/${note##*/}.err" >&2
  cat "$3/${note##*/}.out"
  exit "$code"
}

note=$notes/$EPOCHREALTIME-$$-$program
write_note "$@" >"$note"
line="$program $*" longest=-1 code=0 outputs='' said=()
. "$root/answers.sh"
last=$((${#said[@]} - 1)) next=${#earlier[@]}
((last < 0)) || printf '%s' "${said[next < last ? next : last]}"
[ -z "$outputs" ] || printf '%s' "$outputs" >>"$GITHUB_OUTPUT"
exit "$code"
