# For tests that drive s3270: the emulator, terminals by name, and checks. Sourced.
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$top/tests/acceptance/await.bash"
endicott=${ENDICOTT:-$top/build/endicott}
for command in s3270:s3270 s390x-linux-gnu-as:binutils-s390x-linux-gnu; do
    command -v "${command%:*}" >/dev/null && continue
    echo "skipped: no ${command%:*} (package ${command#*:})"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
done
work=$(mktemp -d) || exit 1
declare -A to from pid
emulator=

end_test() {
    local name
    for name in "${!pid[@]}"; do kill "${pid[$name]}" 2>/dev/null; done
    [ -n "$emulator" ] && kill "$emulator" 2>/dev/null
    rm -rf "$work"
}
trap end_test EXIT
cd "$work" || exit 1

trouble() {
    echo "    the terminal's last answer: ${reply:0:200}"
    last_lines 3 out
}
close_test() { echo "$passed passed, $failed failed"; [ "$failed" -eq 0 ]; }

# start CONFIGURATION: the emulator; commands go to descriptor 3, messages to the file out.
start() {
    rm -f commands out
    mkfifo commands
    timeout 900 "$endicott" -f "$1" <commands >out 2>&1 &
    emulator=$!
    exec 3>commands
    check "a port" await listens
}
listens() { port=$(sed -n 's/HHC01024I .*port //p' out); [ -n "$port" ]; }
stop() {
    echo quit >&3
    exec 3>&-
    wait "$emulator"
    status=$?
    emulator=
    check "an orderly end" test "$status" -eq 0
}
# A text comes in the messages.
says() { await grep -qF -- "$1" out; }

# terminal NAME S3270-ARGUMENT...: an s3270 of that name.
terminal() {
    local name=$1 in out
    shift
    rm -f "$name.in" "$name.out"
    mkfifo "$name.in" "$name.out"
    s3270 -utf8 "$@" <"$name.in" >"$name.out" 2>&1 &
    pid[$name]=$!
    exec {in}>"$name.in" {out}<"$name.out"
    to[$name]=$in from[$name]=$out
}
# do_at NAME ACTION: its data lines in $reply, its status line in $state. False: "error".
do_at() {
    local line
    reply= state=
    echo "$2" >&"${to[$1]}"
    while IFS= read -r -t 120 line <&"${from[$1]}"; do
        case $line in
        data:*) reply=$reply${line#data: }$'\n' ;;
        ok) return 0 ;;
        error) return 1 ;;
        *) state=$line ;;
        esac
    done
    reply="no answer to $2"
    return 1
}
# A key, when the keyboard is free.
press() { do_at "$1" "Wait(120,Unlock)"; do_at "$1" "$2"; }
hang_up() {
    local in=${to[$1]} out=${from[$1]}
    echo "Quit()" >&"$in"
    exec {in}>&- {out}<&-
    wait "${pid[$1]}" 2>/dev/null
    unset "pid[$1]" "to[$1]" "from[$1]"
}
# The row (from 0) of a terminal's screen begins with the text, at a column.
shows() {       # shows NAME ROW COLUMN TEXT
    do_at "$1" "Ascii($2,$3,1,${#4})" && [ "${reply%$'\n'}" = "$4" ]
}
# The same, in the end.
shows_soon() { await shows "$@"; }
assemble() {    # assemble NAME AS-ARGUMENT...: NAME.deck
    local name=$1
    shift
    "$top/guests/assemble" "$top/guests/terminal/$name.s" "$name.deck" 0x400 \
        -I "$top/guests/terminal" "$@"
}
