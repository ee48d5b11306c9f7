# Test, our result and the peer's, a line each: what differs, and how often.
NR % 3 == 1 { test = $0; name = $1 }
NR % 3 == 2 { ours = $0 }
# The quantum exception's flag, which a peer may not have.
function unflagged(line,    at, digit) {
    at = index(line, " ")
    at += index(substr(line, at + 1), " ")
    at += index(substr(line, at + 1), " ") + 4
    digit = substr(line, at, 1)
    return substr(line, 1, at - 1) (digit == "4" ? "0" : digit == "c" ? "8" : digit) substr(line, at + 1)
}
NR % 3 == 0 {
    total++
    if ($0 == "died") { died++; next }
    if (ours == $0 || unflagged(ours) == $0) next
    split(ours, a)
    if (a[2] == "data" && a[3] != "80" && a[3] != "40") { trapped++; if (!verbose) next }
    if (!differ[name]++ || verbose) {
        split(test, t); split($0, b)
        printf "%s %s fpc %s\n", name, t[2], t[3]
        for (i = 2; i <= 26; i++)
            if (a[i] != b[i]) {
                what = i < 4 ? "end" : i == 4 ? "fpc" : i < 21 ? "f" (i - 5) : i < 25 ? "r" (i - 21) : "m"
                printf "    %-4s given %s ours %s theirs %s\n", what, (i > 4 ? t[i - 1] : t[i]), a[i], b[i]
            }
        if (verbose) { print test; print ours; print $0 }
    }
}
END {
    for (name in differ) printf "%s %d\n", name, differ[name] | "sort"
    close("sort")
    printf "%d compared; the peer died of %d, left other results after %d traps\n", total, died, trapped
}
