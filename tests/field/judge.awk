# Judge the log of a stream of the field's test scripts: the rules by which its own judge
# reads a log, written anew from their description (README.md). POSIX awk.
#
#   awk [-v quiet=1] [-v ptrsize=8] [-v platform=Linux] -f judge.awk LOG
#
# Closes with `N passed, N failed`, a number of test cases; exit status 1 if any failed.

BEGIN {
    # What the field's judge is told when it is started.
    fact["ptrsize"] = ptrsize == "" ? 8 : ptrsize
    fact["platform"] = platform == "" ? "Linux" : platform
}

function trim(s) { sub(/^[ \t]+/, "", s); sub(/[ \t]+$/, "", s); return s }

# As REXX compares: blanks around do not count, numbers by value.
function same(a, b) {
    a = trim(a); b = trim(b)
    if (a ~ /^[0-9]+$/ && b ~ /^[0-9]+$/) {     # zeros in front do not count
        sub(/^0+/, "", a); sub(/^0+/, "", b)
        return a == b
    }
    if (a ~ /^[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?$/ && b ~ /^[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?$/ &&
        length(a) < 15 && length(b) < 15)
        return a + 0 == b + 0
    return a == b
}

function fail(why) {
    if (!quiet) print "    " test ", line " NR ": " why
    broken = 1
}

# A directive's operand without the comment behind it.
function operand(s) { sub(/[ \t]#.*$/, "", s); return trim(s) }

# ---- conditions: operands, = \= <> < > <= >=, & | and \ before a name -------------------

function value(word) {
    if (word ~ /^\$/) return (substr(word, 2) in fact) ? fact[substr(word, 2)] : ""
    if (word ~ /^["'].*["']$/) return substr(word, 2, length(word) - 2)
    return word
}
function holds_one(text,   n, w, not, r) {
    text = trim(text)
    not = sub(/^\\[ \t]*/, "", text)
    n = split(text, w, /[ \t]+/)
    if (n == 1) r = value(w[1]) != "" && value(w[1]) != "0"
    else if (w[2] == "=") r = same(value(w[1]), value(w[3]))
    else if (w[2] == "\\=" || w[2] == "<>") r = !same(value(w[1]), value(w[3]))
    else if (w[2] == "<") r = value(w[1]) + 0 < value(w[3]) + 0
    else if (w[2] == ">") r = value(w[1]) + 0 > value(w[3]) + 0
    else if (w[2] == "<=") r = value(w[1]) + 0 <= value(w[3]) + 0
    else if (w[2] == ">=") r = value(w[1]) + 0 >= value(w[3]) + 0
    else { fail("a condition that is none: " text); r = 0 }
    return not ? !r : r
}
function holds(text,   n, parts, i, m, ands, j, all) {
    n = split(text, parts, "|")
    for (i = 1; i <= n; i++) {
        m = split(parts[i], ands, "&")
        all = 1
        for (j = 1; j <= m; j++) all = all && holds_one(ands[j])
        if (all) return 1
    }
    return 0
}

# ---- a test case -------------------------------------------------------------------------

function begin(name) {
    finish()
    if (open) { fail("*Testcase, but the one before is not *Done"); close_case() }
    test = name; open = 1; broken = comparing = waits = timeouts = queued = 0
    program = expected = want = key = ""; bad_wait = ""; allowed_timeout = 0
    split("", gpr); split("", fpr); split("", cr)
}
function close_case() {
    cases++
    if (broken) { failed++; if (!quiet) print test ": FAILED" }
    open = 0
}
# *Done waits for what is said later but belongs to it: judged at the next test case.
function finish() {
    if (!pending) return
    pending = 0
    if (!nowait && !waits) fail("no disabled wait")
    if (bad_wait != "" && !(bad_wait ~ /DEAD$/ && expected != "" && program != ""))
        fail("a wait state that is wrong: " bad_wait)
    if (!same(program, expected))
        fail("program interruption " (program == "" ? "none" : program) ", not " \
             (expected == "" ? "none" : expected))
    if (timeouts && !allowed_timeout) fail("the time is over")
    close_case()
}

function compare(what, is, wanted) {
    if (!same(is, wanted)) fail(what " is '" trim(is) "', not '" trim(wanted) "'")
}
function compare_message(text,   n) {
    n = 0
    if (text ~ /^[0-9]+ /) { n = text + 0; sub(/^[0-9]+ +/, "", text) }
    compare("message " n, (queued - n >= 1) ? queue[queued - n] : "nothing", text)
}

function directive(word, text,   n, w, label) {
    if (word == "*If") { depth++; skipping[depth] = skips; outcome[depth] = !skips && holds(operand(text))
                         skips = skipping[depth] || !outcome[depth]; return }
    if (word == "*Else") { if (!depth) fail("*Else without *If"); else skips = skipping[depth] || outcome[depth]; return }
    if (word == "*Fi") { if (!depth) fail("*Fi without *If"); else skips = skipping[depth--]; return }
    if (skips) return
    n = split(operand(text), w, /[ \t]+/)
    if (word == "*Testcase") begin(trim(text))
    else if (!open) fail(word " outside a test case")
    else if (word == "*Compare") { comparing = 1; queued = 0 }
    else if (word == "*Want") {
        text = operand(text); label = "storage"
        if (match(text, /^"[^"]*"/)) { label = substr(text, 1, RLENGTH); text = substr(text, RLENGTH + 1) }
        compare(label, want, text)
    }
    else if (word == "*Gpr") compare("GR" w[1], (w[1] + 0) in gpr ? gpr[w[1] + 0] : "nothing", toupper(w[2]))
    else if (word == "*Fpr") compare("FP" w[1], (w[1] + 0) in fpr ? fpr[w[1] + 0] : "nothing", w[2])
    else if (word == "*Cr") compare("CR" w[1], (w[1] + 0) in cr ? cr[w[1] + 0] : "nothing", w[2])
    else if (word == "*Key") compare("key", key, toupper(w[1]))
    else if (word == "*Prefix") compare("prefix", prefix, w[1])
    else if (word == "*Program") expected = toupper(w[1])
    else if (word == "*Info" || word == "*Error" || word == "*Hmsg") compare_message(trim(text))
    else if (word == "*Explain") { if (broken && !quiet) print "    " trim(text) }
    else if (word == "*Message") { if (!quiet) print trim(text) }
    else if (word == "*Timeout") allowed_timeout = 1
    else if (word == "*Done") { pending = 1; nowait = tolower(w[1]) == "nowait" }
    else fail("unknown directive " word)
}

# ---- the log --------------------------------------------------------------------------------

function registers(text, name, into,   n, w, i, pair) {
    n = split(text, w, /[ \t]+/)
    for (i = 1; i <= n; i++)
        if (split(w[i], pair, "=") == 2 && pair[1] ~ ("^" name "([0-9]+|[A-F])$")) {
            sub("^" name, "", pair[1])      # a number, or a single hexadecimal digit
            into[pair[1] ~ /[A-F]/ ? 9 + index("ABCDEF", pair[1]) : pair[1] + 0] = pair[2]
        }
}

{
    sub(/^[0-9][0-9]:[0-9][0-9]:[0-9][0-9](\.[0-9]+)? /, "")
    sub(/^[a-z0-9_]+\.c\([0-9]+\) /, "")
    if ($0 !~ /^HHC/) next
    id = substr($0, 1, 9)
    text = substr($0, 11)
    if (id == "HHC01603I") {
        if (text ~ /^\*[A-Za-z]/) {
            word = text
            sub(/[ \t].*/, "", word)
            rest = substr(text, length(word) + 1)
            directive(word, rest)
        }
        next
    }
    sub(/^CP[0-9A-F][0-9A-F]: /, "", text)
}
id == "HHC01417I" {
    if (text ~ /^Modes:/) fact["modes"] = trim(substr(text, 7))
    if (text ~ /^Max CPU Engines:/) fact["max_cpu_engines"] = trim(substr(text, 17))
    if (text ~ /^With +ZLIB/) fact["zlib"] = 1
    if (text ~ /^With +CCKD BZIP2/) fact["bzip2"] = fact["cckd_bzip2"] = 1
    if (text ~ /^With +HET BZIP2/) fact["het_bzip2"] = 1
    next
}
id == "HHC00801I" { program = text; sub(/.* code /, "", program); sub(/ .*/, "", program); next }
id == "HHC00803I" { waits++; next }
id == "HHC00809I" {
    waits++
    n = split(text, w, /[ \t]+/)
    if (w[n] !~ /000000$/) bad_wait = w[n]
    next
}
id == "HHC02332E" { timeouts++; next }
id == "HHC02269I" { registers(text, "(GR|R)", gpr); next }
id == "HHC02270I" { registers(text, "FP", fpr); next }
id == "HHC02271I" { registers(text, "(CR|C)", cr); next }
id == "HHC02277I" { prefix = text; sub(/.*: */, "", prefix); next }
id == "HHC02290I" || id == "HHC02291I" {
    if (text ~ /K:/) { if (comparing) { key = text; sub(/.*K:/, "", key); key = trim(key) } }
    else if (comparing) { want = text; sub(/^[^ ]+ /, "", want); want = substr(want, 1, 36) }
    next
}
id == "HHC00007I" || id ~ /^HHC023[34][0-9]I/ { next }
comparing { queue[++queued] = $0 }

END {
    finish()
    if (open) { fail("the log ends before *Done"); close_case() }
    if (depth) { print "    *If without *Fi"; failed++ }
    if (!cases) { print "    no test case"; failed++ }
    print cases - failed " passed, " failed + 0 " failed"
    exit failed > 0
}
