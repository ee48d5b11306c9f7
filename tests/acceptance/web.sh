#!/bin/bash
# The web page: its weight, who may have what, and in a headless Chromium the operator's panel,
# a 3270 that is driven through every order, and a typewriter. With PICTURES=directory the
# pictures stay there.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/acceptance/await.bash"
endicott=$(realpath "${ENDICOTT:-$top/build/endicott}")
work=$(mktemp -d) || exit 1
emulator=
trap '[ -n "$emulator" ] && kill $emulator 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
unset XDG_RUNTIME_DIR
trap '' PIPE
pictures=${PICTURES:-$work}
token=Open-Sesame-1

trouble() { last_lines 12 answer seen out; }
close_test() { echo "$passed passed, $failed failed, $skipped skipped"; [ "$failed" -eq 0 ]; exit; }
start() {       # start CONFIGURATION
    rm -f out                   # the last one's
    timeout 900 "$endicott" -d -f "$1" >out 2>&1 </dev/null &
    emulator=$!
    await grep -q 'architecture mode' out
    port=$(sed -n 's/HHC20084I .*localhost:\([0-9]*\).*/\1/p' out)
}
stop() { "$endicott" ctl -s ./endicott.sock quit >/dev/null; wait $emulator; status=$?; emulator=; }
# ask REQUEST-LINE [HEADER...]: the whole answer
ask() {
    : >answer
    exec 4<>"/dev/tcp/127.0.0.1/$port" || return
    printf '%s\r\n' "$@" 'Connection: close' '' >&4 2>/dev/null
    timeout 60 cat <&4 >answer 2>/dev/null
    exec 4>&-
}
answered() { grep -qaF -- "$1" answer; }
not_answered() { ! grep -qaF -- "$1" answer; }

cat >machine.cnf <<END
CPUSERIAL 060305
LPARNAME ATELIER
CNSLPORT 0
HTTP PORT 0
HTTP TOKEN $token
000C 3505 $top/guests/hello/hello.deck ebcdic
001F 3215
END
start machine.cnf
if grep -q 'built without' out; then
    echo "skipped: built without libwebsockets or jansson"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi

# ---- the page, and who may have it ---------------------------------------------------------------
check "the address is said" test -n "$port"
weight=0
for file in '' page.css page.js screen.js terminal.js; do
    ask "GET /$file HTTP/1.1" "Host: localhost:$port"
    check "/$file" answered "HTTP/1.1 200"
    check "/$file may not reach elsewhere" answered "content-security-policy: default-src 'none'"
    check "/$file tells nothing" not_answered ATELIER
    check "/$file names no other machine" not_answered "//www"
    weight=$((weight + $(wc -c <answer)))
done
check "the page weighs $weight, less than 150 KB" test "$weight" -lt 150000 -a "$weight" -gt 10000
for host in "evil.example" "evil.example:$port" "localhost.evil.example" "127.0.0.1.evil.example:$port" ""; do
    ask "GET / HTTP/1.1" "Host: $host"
    check "the page for '$host'" not_answered "HTTP/1.1 200"
done
for path in /nothing /../etc/passwd //etc/passwd '/%2e%2e/etc/passwd' '/page.js/../../x' /CONTROL; do
    ask "GET $path HTTP/1.1" "Host: localhost"
    check "$path" not_answered "HTTP/1.1 200"
done
ask "POST / HTTP/1.1" "Host: localhost" "Content-Length: 0"
check "POST" not_answered "HTTP/1.1 200"
ask "GET /metrics HTTP/1.1" "Host: localhost"
check "metrics for a stranger" answered "HTTP/1.1 401"
check "metrics tell a stranger nothing" not_answered endicott_
ask "GET /metrics HTTP/1.1" "Host: localhost" "Authorization: Bearer Open-Sesame-2"
check "metrics with a wrong token" answered "HTTP/1.1 401"
ask "GET /metrics HTTP/1.1" "Host: localhost" "Authorization: Bearer $token"
check "metrics" answered 'endicott_info{version='

# websocket PATH-AND-PROTOCOL HEADER...: is a WebSocket opened? Then it is sent a message, once
# the answer to the request is there: before that there is no WebSocket.
websocket() {
    local protocol=$1 line
    shift
    : >answer
    exec 4<>"/dev/tcp/127.0.0.1/$port" || return
    printf '%s\r\n' "GET /$protocol HTTP/1.1" "Upgrade: websocket" "Connection: Upgrade" \
        "Sec-WebSocket-Version: 13" "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==" \
        "Sec-WebSocket-Protocol: $protocol" "$@" '' >&4
    while IFS= read -r -t 120 line <&4; do
        printf '%s\n' "$line" >>answer
        [ -n "${line%$'\r'}" ] || break
    done
    # a masked text message of 16 bytes, the mask being zero: {"do":"devices"}
    printf '\x81\x90\0\0\0\0{"do":"devices"}' 2>/dev/null >&4
    timeout 60 cat <&4 >>answer 2>/dev/null
    exec 4>&-
}
websocket endicott-control "Host: localhost:$port" "Origin: http://localhost:$port"
check "a WebSocket" answered "101 Switching"
check "a stranger at it is refused" answered '"ok":false'
check "a stranger at it learns no device" not_answered 3505
check "a stranger at it learns no name" not_answered ATELIER
websocket endicott-control "Host: localhost:$port" "Origin: http://evil.example"
check "a foreign page's WebSocket" not_answered "101 Switching"
websocket endicott-control "Host: localhost:$port" "Origin: http://localhost:1"
check "another port's page" not_answered "101 Switching"
websocket endicott-control "Host: evil.example:$port" "Origin: http://evil.example:$port"
check "a foreign name that leads here" not_answered "101 Switching"
websocket endicott-terminal "Host: localhost:$port" "Origin: null"
check "a page from nowhere" not_answered "101 Switching"
websocket endicott-terminal "Host: localhost:$port"
check "a terminal without the token" not_answered ATELIER
check "why not" answered "this is not the token"
websocket endicott-line "Host: localhost:$port"
check "a protocol that is not for callers" not_answered "101 Switching"
websocket other "Host: localhost:$port"
check "a protocol that there is not" not_answered '"ok":true'
for i in 1 2 3; do head -c 20000 /dev/urandom >"/dev/tcp/127.0.0.1/$port" 2>/dev/null; done
ask "GET / HTTP/1.1" "Host: localhost"
check "noise does no harm" answered "HTTP/1.1 200"
ask "GET /$(head -c 100000 /dev/zero | tr '\0' a) HTTP/1.1" "Host: localhost"
check "a long address" not_answered "HTTP/1.1 200"
fds=()
for i in $(seq 300); do { exec {fd}<>"/dev/tcp/127.0.0.1/$port" && fds+=($fd); } 2>/dev/null; done
served() { ask "GET / HTTP/1.1" "Host: localhost" && answered "HTTP/1.1 200"; }
check "300 silent callers do not keep others out for long" await served
for fd in "${fds[@]}"; do exec {fd}>&-; done
for address in $(hostname -I 2>/dev/null); do
    case $address in
    *.*) check "nobody listens at $address" bash -c "! exec 2>/dev/null 5<>/dev/tcp/$address/$port" ;;
    esac
done

# ---- in a browser ----------------------------------------------------------------------------------
if ! command -v chromium >/dev/null || ! command -v python3 >/dev/null; then
    echo "skipped: no browser (packages chromium, python3)"
    skipped=$((skipped + 1))
    stop
    close_test
fi
browser() { timeout 900 "$top/tests/acceptance/browser" size 1200 800 "$@" >seen 2>&1; }
seen() { grep -qF -- "$1" seen; }
page=http://localhost:$port
text='document.body.innerText'
check "the panel" browser go "$page/#$token" until "$text.includes('HHC00811I')" \
    until "document.activeElement.id === 'line'" keys 'devlist' press Enter \
    until "$text.includes('HHC01603I devlist')" until "$text.includes('ATELIER')" \
    until "!location.hash" keys 'nonsense' press Enter until "$text.includes('HHC01600E')" \
    shot "$pictures/operator.png" \
    go about:blank go "$page/#$token/devices" until "$text.includes('hello.deck')" \
    shot "$pictures/devices.png" \
    go about:blank go "$page/#$token/cpu" until "$text.includes('GR15')" \
    until "document.getElementById('storage').textContent.includes('000000F0')" \
    shot "$pictures/cpu.png" \
    go about:blank go "$page/#$token/terminal/001F/lines" until "$text.includes('console 001F')" \
    until "tasks.command('ipl 00c').then(r => r.ok)" until "$text.includes('Type /help')" \
    press Enter keys who press Enter until "$text.includes('060305')" \
    shot "$pictures/typewriter.png" strangers
check "no request leaves the machine" test ! -s seen
check "a wrong token" browser go "$page/#Open-Sesame-2" \
    until "!document.getElementById('login').hidden && $text.includes('not the token')" \
    until "!$text.includes('HHC01413I')" shot "$pictures/login.png"
stop
check "an orderly end" test $status -eq 0

if ! command -v s390x-linux-gnu-as >/dev/null; then
    echo "skipped: no s390x-linux-gnu-as (package binutils-s390x-linux-gnu)"
    skipped=$((skipped + 1))
    close_test
fi
assemble() {    # assemble NAME AS-ARGUMENT...: NAME.deck
    local name=$1
    shift
    "$top/guests/assemble" "$top/guests/terminal/$name.s" "$name.deck" 0x400 \
        -I "$top/guests/terminal" "$@"
}
terminal_machine() {    # terminal_machine DECK TYPE [TLS CERTIFICATE KEY]: start it
    printf '%s\n' "CNSLPORT 0 ${3:-}" "HTTP PORT 0" "HTTP TOKEN $token" "000C 3505 $1.deck ebcdic" \
        "00C0 $2" >terminal.cnf
    start terminal.cnf
}
ipl="tasks.command('ipl 00c').then(r => r.ok)"
row() { echo "(terminal.screen.text().split('\\n')[$1] || '').padEnd(132)"; }
ready='!terminal.screen.locked'
has() { echo "$(row "$1").startsWith('$2')"; }

# Every order: the guest checks what it reads, and ends content only if all was right.
while read -r kind rows columns; do
    assemble orders --defsym ROWS=$rows --defsym COLUMNS=$columns
    terminal_machine orders 3278
    check "every order, $rows by $columns" browser \
        go "http://localhost:$port/#$token/terminal/00C0/$kind" \
        until "$(row 1).includes('Endicott')" until "$ipl" until "$(has 0 ' FORM')" \
        keys abc press Enter until "$(has 8 ' REV[CHAINED ON')" until "$(has 4 '********** ')" \
        until "$(has 7 ' NEW')" until "$(has 13 ' KEPT')" press F1 until "$(has 3 ' TWO')" \
        until "$ready" press Enter until "$(has 0 ' FORM')" until "$ready" press 1 alt until "$ready" \
        until "$(has 0 ' FORM')" press c alt until "$(has 0 ' GONE')" until "$ready" press Enter until "$(has 0 ' ALTERNATE')" \
        until "$(has $((rows - 1)) ' LAST ROW')" \
        until "$(row $((rows - 1)))[$((columns - 1))] === '!'" keys x press Enter \
        until "$(has 1 ' FIELDBEHIND')" shot "$pictures/orders-$kind.png" press 2 alt \
        until "$(has 0 ' FORM')" press s alt until "$(has 1 ' ALL STEPS DONE')" strangers
    check "no exception, $rows by $columns" test ! -s seen
    "$endicott" ctl -s ./endicott.sock psw >answer
    check "the guest is content, $rows by $columns" answered "word: 00020000 00000000"
    stop
done <<'KINDS'
2 24 80
4 43 80
5 27 132
KINDS

# The port for other terminals may have TLS: the page's are not concerned.
assemble attributes
tls=
if grep -q "HHC01417I With *TLS" out && command -v openssl >/dev/null; then
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 \
        -subj /CN=localhost >/dev/null 2>&1
    tls="TLS cert.pem key.pem"
fi
terminal_machine attributes 3279 "$tls"
look() { echo "[...document.querySelectorAll('.rows span')].some(s => s.textContent.includes('$1') && s.className.split(' ').sort().join(' ') === '$2')"; }
check "every attribute" browser go "http://localhost:$port/#$token/terminal/00C0/2" until "$ipl" \
    until "$(row 0).includes('EVERY ATTRIBUTE')" until "$(look 'COLOR 2' red)" \
    until "$(look BLINKS 'blink yellow')" until "$(look REVERSE 'pink reverse')" \
    until "$(look UNDERSCORE 'turquoise underscore')" until "$(look INTENSE 'green intense')" \
    until "$(look BACKGROUND 'on-blue white')" until "$(look 'BRIGHT INPUT' 'intense red')" \
    until "$(look R red)" until "$(look N turquoise)" until "!$text.includes('HIDDEN')" \
    until "$(has 14 ' ┌─┬─┐')" until "$(has 15 ' │A│B│')" until "$(has 16 ' └─┴─┘  APL ∇⍴≤≥')" \
    shot "$pictures/attributes.png" \
    print "(d => { const e = new ClipboardEvent('paste', { bubbles: true, clipboardData: new DataTransfer() }); e.clipboardData.setData('text/plain', 'pasted ∇'); d.dispatchEvent(e); })(document.getElementById('display'))" \
    until "$(has 20 ' pasted ∇')" press Home press End \
    until "terminal.screen.locked !== 'protected'" press F3 until "$(row 0).includes('EVERY')"
stop
check "an orderly end" test $status -eq 0
close_test
