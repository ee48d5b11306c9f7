# What tests in bash have in common; sourced.

# check WHAT COMMAND...: one test, counted. If it fails `trouble`, which the script has, shows what
# there is to see.
passed=0 failed=0 skipped=0
check() {
    local what=$1
    shift
    if "$@"; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "not so: $what"
        trouble
    fi
}
# last_lines N FILE...: of each that is there.
last_lines() {
    local n=$1 file
    shift
    for file; do [ -f "$file" ] && tail -n "$n" "$file" | cut -c1-200 | sed "s/^/    $file: /"; done
}

# They wait for the thing itself, never for a time, and give up only when no busy host could be the
# reason.
# await COMMAND...: until it succeeds. patience=SECONDS before it is for what is slow in itself.
await() {
    local until=$((SECONDS + ${patience:-120}))
    until "$@" 2>/dev/null; do
        [ $SECONDS -lt $until ] || return 1
        sleep 0.05
    done
}
