#!/bin/bash
# Streams of the field's test scripts (tests/field): run in one session as the field runs
# them, their logs judged by its rules; and that the judge finds what is wrong.
top=$(cd "$(dirname "$0")/../.." && pwd)
endicott=$(realpath "${ENDICOTT:-$top/build/endicott}")
field=$top/tests/field
passed=0 failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

echo '0009 1052-C /' >tests.conf
# stream FILE...: the scripts' log, in the file out.
stream() {
    {
        echo "defsym testpath $field"
        echo "defsym work $work"
        cat "$@"
        printf '\ncfall off\nexit\n'
    } >all.testin
    rm -f field.core
    timeout 120 "$endicott" $option -d -t2.0 -f tests.conf -r all.testin </dev/null >out 2>&1
}
judge() { awk -v quiet="$1" -f "$field/judge.awk" out; }

for option in "" --virtual; do
    # All in one session, then each in one of its own.
    for files in "$field/*.tst" "$field"/*.tst; do
        stream $files || { echo "$files $option: exit status $?"; failed=$((failed + 1)); }
        judge 0 >verdict
        verdict=$(tail -n 1 verdict)
        ok=${verdict%% passed*} bad=${verdict##*, } bad=${bad%% *}
        passed=$((passed + ok)) failed=$((failed + bad))
        [ "$bad" -eq 0 ] || { echo "$files $option:"; cat verdict; }
    done
    stream "$field/bad.subtst"
    judge 1 >verdict
    cases=$(grep -c '^\*Testcase' "$field/bad.subtst")
    if [ "$(tail -n 1 verdict)" = "0 passed, $cases failed" ]; then passed=$((passed + cases)); else
        echo "the judge lets pass what is wrong $option: $(tail -n 1 verdict) of $cases"
        judge 0
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
