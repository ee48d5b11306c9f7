# For tests that wait for something: they wait for the thing itself, never for a time, and give
# up only when no busy host could be the reason. Sourced.

# await COMMAND...: until it succeeds. patience=SECONDS before it is for what is slow in itself.
await() {
    local until=$((SECONDS + ${patience:-120}))
    until "$@" 2>/dev/null; do
        [ $SECONDS -lt $until ] || return 1
        sleep 0.05
    done
}
