#!/bin/bash
# A guest program writes and reads the screens of s3270 with every command and order, on
# each model, over TN3270E and TN3270.
. "$(dirname "$0")/s3270.bash"

# orders MODEL ROWS COLUMNS HOST-PREFIX: the guest orders.s, step by step.
orders() {
    local model=$1 rows=$2 columns=$3 prefix=$4 t="model $1 $4"
    assemble orders --defsym ROWS=$rows --defsym COLUMNS=$columns
    cat >machine.cnf <<E
CNSLPORT 0
000C 3505 orders.deck ebcdic
00C0 3278
E
    start machine.cnf
    terminal a -model "$model"
    check "$t connects" do_at a "Connect(${prefix}C0@127.0.0.1:$port)"
    do_at a "Wait(60,InputField)"
    check "$t greeting" shows a 1 1 "Endicott"
    echo "ipl 00c" >&3
    check "$t erase/write" shows_soon a 0 1 FORM
    do_at a 'String("abc")'
    check "$t Enter" press a "Enter()"

    check "$t chained writes" shows_soon a 8 1 "REV[CHAINED "
    check "$t a write goes on" shows_soon a 8 13 ON
    check "$t repeat to address" shows a 4 0 "********** "
    check "$t program tab" shows_soon a 7 1 "NEW"
    check "$t erase unprotected" shows a 12 1 "                    "
    check "$t what is protected" shows a 13 1 "KEPT"
    do_at a "ReadBuffer(Ascii)"
    field="SF(c0=c1,42=f2)"
    [ "${model#3279}" = "$model" ] && field="SF(c0=c1)"     # it has no colours
    check "$t a red field" test "$(sed -n 6p <<<"$reply" | cut -d' ' -f1)" = "$field"
    check "$t reverse characters" grep -q "SA(41=f2)" <<<"$(sed -n 9p <<<"$reply")"
    check "$t PF1" press a "PF(1)"
    check "$t two fields" shows_soon a 3 1 TWO
    check "$t Enter reads in pieces" press a "Enter()"
    check "$t the form again" shows_soon a 0 1 FORM
    check "$t PA1" press a "PA(1)"
    check "$t the form after PA1" shows_soon a 0 1 FORM
    check "$t Clear" press a "Clear()"
    check "$t erase all unprotected" shows_soon a 0 1 GONE
    check "$t nothing in the field" shows_soon a 2 7 "   "
    press a "Enter()"
    check "$t alternate size" shows_soon a 0 1 ALTERNATE
    check "$t the last row" shows a $((rows - 1)) 1 "LAST ROW"
    check "$t the last position" shows a $((rows - 1)) $((columns - 1)) "!"
    do_at a "Query(ScreenSizeCurrent)"
    check "$t its size" test "${reply%$'\n'}" = "rows $rows columns $columns"
    do_at a 'String("x")'
    check "$t Enter from the alternate size" press a "Enter()"
    check "$t structured field" shows_soon a 1 1 "FIELDBEHIND"
    check "$t PA2" press a "PA(2)"
    check "$t the form at last" shows_soon a 0 1 FORM
    check "$t SysReq" press a "SysReq()"
    check "$t all steps" shows_soon a 1 1 "ALL STEPS DONE"
    echo psw >&3
    check "$t the guest is content" says "CP00: disabled wait state 00020000 00000000"
    hang_up a
    stop
}

while read -r model rows columns prefix; do
    orders "$model" "$rows" "$columns" "$prefix"
done <<'MODELS'
3278-2-E 24 80
3279-3-E 32 80
3278-4-E 43 80
3279-5-E 27 132
3279-2-E 24 80 N:
3278-5-E 27 132 N:
MODELS

# ---- a client of another family: it says nothing to TN3270E -----------------------------------
export NODE_PATH=${NODE_PATH:-$(npm root -g 2>/dev/null)}
if node -e 'require("tn3270")' 2>/dev/null; then
    assemble echo
    printf '%s\n' "CNSLPORT 0" "000C 3505 echo.deck ebcdic" "00C0 3270" >node.cnf
    start node.cnf
    echo "ipl 00c" >&3
    node "$top/tests/acceptance/terminal.js" "$port" IBM-3278-2 SESSION ABC7 >node.out 2>&1
    reply=$(cat node.out)
    check "tn3270 of npm: a screen, keys, and the screen again" test "$reply" = seen
    stop
else
    echo "skipped: no client of another family (npm install -g tn3270)"
fi
close_test
