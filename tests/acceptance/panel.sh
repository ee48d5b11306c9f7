#!/bin/bash
# The panel, driven through tmux: what it shows in several sizes, on several terminals and
# in several locales, its keys, and that it gives the terminal back however it ends.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/acceptance/await.bash"
endicott=$(realpath "${ENDICOTT:-$top/build/endicott}")
finish() { echo "$passed passed, $failed failed, $skipped skipped"; [ "$failed" -eq 0 ]; exit; }
if ! command -v tmux >/dev/null; then
    echo "skipped: tmux is not installed"
    skipped=1
    finish
fi
work=$(mktemp -d) || exit 1
tmux=(tmux -S "$work/tmux" -f /dev/null)
trap '"${tmux[@]}" kill-server 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
unset NO_COLOR LC_ALL LC_CTYPE TMUX
export XDG_STATE_HOME=$work/state LANG=C.UTF-8 ESCDELAY=2000

trouble() { shot | sed 's/^/    |/'; }
shot() { "${tmux[@]}" capture-pane -p -t t 2>/dev/null; }
row() { shot | sed -n "$1p"; }
on_screen() { shot | grep -qF -- "$1"; }
not_on_screen() { ! on_screen "$1"; }
in_row() { row "$1" | grep -qF -- "$2"; }
# Does the screen have the text in the end? Or has it no longer?
shows() { await on_screen "$1"; }
lacks() { await not_on_screen "$1"; }
row_has() { await in_row "$1" "$2"; }     # row_has NUMBER TEXT
no_row_beyond() { [ "$(shot | awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }')" -le "$1" ]; }
press() { "${tmux[@]}" send-keys -t t "$@"; }
put() { "${tmux[@]}" send-keys -t t -l "$1"; }
command_line() { put "$1"; press Enter; }
resize() { "${tmux[@]}" resize-window -t t -x "$1" -y "$2"; }

sign="==>"      # what shows that the panel is there
# A shell in a terminal of tmux; what the terminal is like is written down before and after.
#   start COLUMNS ROWS [VARIABLE=VALUE...] [-- OPTION...]
start() {
    local size=(-x "$1" -y "$2") set=() at
    shift 2
    while [ $# -gt 0 ] && [ "$1" != -- ]; do set+=("$1"); shift; done
    shift
    "${tmux[@]}" kill-server 2>/dev/null
    rm -f before after status pid
    printf -v at '%q ' env "${set[@]}" "$endicott" -f panel.cnf "$@"
    cat >go <<END
stty -a >before
sh -c 'echo \$\$ >pid; exec $at'
echo \$? >status
stty -a >after
echo "back again"
END
    # the server that was killed may still be there
    await "${tmux[@]}" new-session -d -s t "${size[@]}" "bash --norc" 2>/dev/null
    "${tmux[@]}" pipe-pane -t t "cat >raw"
    command_line ". ./go"
    check "start at ${size[*]} ${set[*]}" shows "$sign"
}
sane() {        # sane WHAT: the program has ended, the terminal is as before
    check "$1: the shell is back" shows "back again"
    check "$1: modes of the terminal" cmp -s before after
    # Some terminals have one screen only: there it stays.
    [[ $1 == vt100 || $1 == linux ]] || check "$1: the panel's screen is gone" lacks "==>"
}
leave() {
    press C-c
    command_line quit
    await test -s status
    check "quit" grep -qx 0 status
}
end_by() {      # end_by SIGNAL STATUS
    kill "-$1" "$(cat pid)"
    await test -s status
    check "kill -$1: status $(cat status)" grep -qx "$2" status
    sane "kill -$1"
}

cat >panel.cnf <<'END'
MAINSIZE 2
LPARNAME PANELT
CNSLPORT 0
000C 3505 empty.deck ascii
000D 3525 punched.txt
000E 1403 printed.txt
001F 3215-C /
0300 3270
END
printf 'a card\n' >empty.deck
printf 'another card\n' >other.deck
printf '* \033[31mred\033[0m \302\2332J \377\n* Gr\303\274\303\237e\n' >noise.rc

# ---- 80 by 24 ---------------------------------------------------------------------------------
start 80 24 TERM=xterm-256color
check "title" row_has 1 "Messages  PANELT"
check "how a terminal connects" row_has 1 "c3270 localhost:"
check "the same as a message" shows "HHC20071I Terminals connect with: c3270 localhost:"
check "status line: PSW" row_has 22 "PSW 00000000 00000000"
check "status line: mode" row_has 22 "BC sup"
check "status line: state" row_has 22 "MANUAL"
check "status line: rates" row_has 22 "0.00 MIPS      0 I/O/s"
check "key help" row_has 24 "F1 Help F2 Messages F3 Devices F4 CPU"
check "messages from before the panel" shows "HHC02204I LPARNAME"
command_line "devlist"
check "a command's echo" shows "HHC01603I devlist"
check "its answer" shows "000E"
command_line "nonsense"
check "an error" shows "HHC01600E"
coloured() { "${tmux[@]}" capture-pane -e -p -t t | grep -F "$1" | grep -q "$2"; }
check "an error is red" coloured "HHC01600E" $'\033\[[0-9;]*31m'
painted() { "${tmux[@]}" capture-pane -e -p -t t | grep -q $'\033\[[0-9;]*3[0-7]m'; }
not_painted() { ! painted; }
check "a command is cyan" coloured "HHC01603I nonsense" $'\033\[[0-9;]*36m'
command_line "panopt msgcolor=light title=Atelier"
check "the title" row_has 1 "Messages  Atelier"
check "for a light background it is green" await coloured "HHC01603I nonsense" $'\033\[[0-9;]*32m'
command_line "panopt msgcolor=no"
check "no colours at all" await not_painted
command_line "panopt msgcolor=dark"
check "and colours again" await painted
command_line "panopt msgcolor=loud"
check "colours that there are not" shows "HHC01451E Invalid value msgcolor=loud"

# ---- the command line ----------------------------------------------------------------------------
put "devi"
press Tab
check "a command completed" row_has 23 "==> devinit"
put "c"
press Tab
check "a device completed" row_has 23 "==> devinit 000C"
put "oth"
press Tab
check "a file completed" row_has 23 "==> devinit 000C other.deck"
press Enter
check "the command was given" shows "HHC02245I"
put "dev"
press Tab
check "what could follow" row_has 21 "devinit  devlist"
press C-u
put "detach 3"
press Tab
check "another device completed" row_has 23 "==> detach 0300"
press C-u
check "Ctrl-U" lacks "==> dev"
put "message one two"
press C-w
put "three"
press C-a C-k C-y Home Delete BSpace
put "M"
press End
check "editing" row_has 23 "==> Message one three"
press Enter
check "the edited line was given" shows "HHC01603I Message one three"
press Up
check "the last command" row_has 23 "==> Message one three"
press Up
check "the one before" row_has 23 "==> devinit 000C other.deck"
press Down Down
check "back to the empty line" lacks "==> devinit"
press C-r
put "nonse"
check "search of earlier commands" row_has 23 "Recall: nonse  nonsense"
press C-e
check "the line found" row_has 23 "==> nonsense"
press C-c
put $'\303\274ber'
check "UTF-8 typed" row_has 23 $'==> \303\274ber'
press C-c
for _ in $(seq 30); do put "0123456789"; done
put "end"
check "a line longer than the screen" row_has 23 "0123456789end"
press C-c

# ---- messages: scroll-back, search, what would steer the terminal -----------------------------------
command_line "script noise.rc"
check "escape sequences are shown, not obeyed" shows ".[31mred.[0m"
check "UTF-8 from a script" shows $'Gr\303\274\303\237e'
check "nothing of them reached the terminal" bash -c '! grep -qF "$(printf "\033[31mred")" raw'
command_line "help"
press PPage
check "scrolled back" row_has 1 "newer below"
for _ in $(seq 20); do press PPage; done
check "scrolled back to the first message" shows "HHC01413I Endicott version"
check "how many are below" row_has 1 "newer below"
command_line "message while scrolled"
check "new messages do not move it" shows "HHC01413I Endicott version"
press M-\>
check "the newest" shows "while scrolled"
press F5
check "find asks" row_has 23 "Find:"
put "lparname       SET"
press Enter
check "found" shows "HHC02204I LPARNAME"
press F6
check "found again, or no more" lacks "while scrolled"
press F5
put "no such text"
press Enter
check "not found" row_has 24 "Not found"
press M-\>

# ---- devices ---------------------------------------------------------------------------------------------
press F3
check "devices" row_has 1 "Devices"
check "number, type, name, state, what is mounted" shows \
    "000C 3505     card reader"
check "what is mounted" shows "other.deck"
check "the last messages below" shows "while scrolled"
press F7
check "mount proposes the command" row_has 23 "==> devinit 000C"
put "empty.deck"
press Enter
mounted() { shot | grep "^000C" | grep -q "$1"; }
check "mounted" await mounted empty.deck
press Down Down Down F9
check "attention of the console" shows "HHC20038I"
press Up Up F8
check "detach proposes the command" row_has 23 "==> detach 000D"
press Enter
check "detached" lacks "3525"

# ---- the CPU -------------------------------------------------------------------------------------------------
press F2
command_line "r 200=5810030047F00200"
command_line "gpr 13=00000300"
command_line "abs 300=C8C5D3D3D6"
command_line "psw ia=200"
press F4
check "registers" shows "GR8 00000000 00000000 00000000 00000000 00000000 00000300"
check "the PSW" row_has 2 "00000200"
check "disassembly at the PSW" shows ">000200  58100300      L     1,768(0,0)"
check "storage at the PSW" shows " 000200  58100300 47F00200"
press F7
put "gr13"
press Enter
check "storage at a register" shows "HELLO"
command_line "gpr 13=00000200"
check "it follows the register" shows "Storage (at GR13"
check "and shows the new place" lacks "HELLO"
press F7
put "real 2F0"
press Enter
check "storage at an address" shows " 0002F0 "
press Down
check "one line on" shows " 000300  C8C5D3D3 D6"
press F8
check "back at the PSW" shows "Storage (at the PSW"
command_line "s+"
command_line "start"
check "stepping: the first instruction" shows ">000200"
command_line ""
check "an empty line steps" shows ">000204  47F00200"
command_line "g"
check "running" row_has 22 "running"
counts() { row 22 | grep -q ' [1-9][0-9]*\.[0-9]* MIPS'; }
check "instructions by the second" await counts
command_line "stop"
check "stopped" row_has 22 "MANUAL"

# ---- other sizes -------------------------------------------------------------------------------------------------
for size in "132 43" "40 10" "200 60" "20 5" "80 24"; do
    set -- $size
    resize "$1" "$2"
    for key in F1 F2 F3 F4; do
        press "$key"
        check "$1 by $2, $key: the command line" row_has $(($2 >= 8 ? $2 - 1 : $2)) "==>"
        check "$1 by $2, $key: not wider" no_row_beyond "$1"
    done
done
resize 10 2
check "10 by 2" shows "too small"
resize 80 24
check "and back" row_has 23 "==>"
press F2
command_line "message still there"
check "a command after resizing" shows "still there"

# ---- asleep when nothing happens -------------------------------------------------------------------------------------
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
if [ -r /proc/self/stat ]; then
    pid=$(cat pid)
    sleep 1
    before_ticks=$(ticks "$pid")
    sleep 5
    used=$(($(ticks "$pid") - before_ticks))
    check "idle for 5 seconds: $used ticks of the processor" [ "$used" -le $((5 * $(getconf CLK_TCK) / 100)) ]
fi
leave
sane "quit"
check "the last message" shows "HHC01412I"

# ---- the next run ---------------------------------------------------------------------------------------------------------
start 80 24 TERM=xterm-256color
press Up
check "commands of the last run" row_has 23 "==> quit"
press C-c
check "only the owner reads them" [ "$(stat -c %a state/endicott/history)" = 600 ]
press C-z
check "Ctrl-Z stops the program" shows "back again"
check "Ctrl-Z: modes of the terminal" cmp -s before after
command_line fg
check "it goes on" row_has 23 "==>"
command_line "message gone on"
check "and works" shows "gone on"
command_line quit
check "and ends" shows "HHC01412I"
start 80 24 TERM=xterm-256color
end_by TERM 0
start 80 24 TERM=xterm-256color
end_by SEGV 139
for signal in "ABRT 134" "BUS 135" "QUIT 131" "HUP 0"; do
    start 80 24 TERM=xterm-256color
    end_by $signal
done
start 80 24 TERM=xterm-256color
pid=$(cat pid)
"${tmux[@]}" kill-server
gone() { ! grep -q '^State:.[^Z]' "/proc/$1/status" 2>/dev/null; }
check "the terminal has gone: so has the program" await gone "$pid"
# A pasted text is as good as typed.
start 80 24 TERM=xterm-256color
seq -f 'message line %g of a paste' 500 >paste
"${tmux[@]}" load-buffer paste
"${tmux[@]}" paste-buffer -t t
check "500 lines pasted" shows "HHC20063I Message: line 500 of a paste"
leave

# ---- other terminals and locales ----------------------------------------------------------------------------------------------
for terminal in vt100 xterm-256color screen linux; do
    start 80 24 "TERM=$terminal" -- -r noise.rc
    check "$terminal: a script's text" shows ".[31mred"
    press F3
    check "$terminal: F3" row_has 1 "Devices"
    press F7
    check "$terminal: F7" row_has 23 "==> devinit 000C"
    press C-c
    press M-2
    check "$terminal: Alt-2" row_has 1 "Messages"
    put "abc"
    press Left Left
    put "x"
    check "$terminal: arrows" row_has 23 "==> axbc"
    leave
    sane "$terminal"
done
start 80 24 TERM=xterm-256color NO_COLOR=1
command_line "nonsense"
check "without colour" shows "HHC01600E"
check "no colour is sent" bash -c '! grep -q "$(printf "\033")\[[0-9;]*3[0-7]m" raw'
leave
start 80 24 TERM=xterm-256color LC_ALL=C LANG=C -- -r noise.rc
check "C locale: what it has not" shows "* Gr??e"
leave
if localedef -i de_DE -f ISO-8859-1 "$work/de_DE.ISO-8859-1" 2>/dev/null; then
    start 80 24 TERM=xterm-256color "LOCPATH=$work" LC_ALL=de_DE.ISO-8859-1 -- -r noise.rc
    check "ISO 8859-1" shows "* Gr"
    leave
    check "ISO 8859-1: its bytes" grep -q $'Gr\374\337e' <(LC_ALL=C cat raw)
else
    skipped=$((skipped + 1))
fi
sign=HHC00811I
start 80 24 TERM=dumb
check "a dumb terminal has no panel" lacks "==>"
command_line quit
check "but a line mode" shows "HHC01412I"
start 80 24 TERM=xterm-256color -- --plain
check "--plain has no panel" lacks "==>"
command_line quit
check "--plain: the end" shows "HHC01412I"
finish
