/* Drive a guest's screen with the npm package tn3270, a TN3270 client that is not of x3270's
 * family: it negotiates and moves records, and knows nothing of TN3270E.
 *
 *     node terminal.js PORT TYPE TEXT KEY...    wait until the screen has TEXT, press Enter with
 *                                               the KEYs typed, wait until it has those, too */
'use strict';
const { Tn3270 } = require('tn3270');
const [port, type, wanted, keys] = process.argv.slice(2);

/* EBCDIC letters, digits and blanks; what is none of them separates. */
const decode = bytes => [...bytes].map(b => {
    const i = ['\xC1ABCDEFGHI', '\xD1JKLMNOPQR', '\xE2STUVWXYZ', '\xF00123456789', '\x40 ',
               '\x81abcdefghi', '\x91jklmnopqr', '\xA2stuvwxyz']
        .map(row => row[1 + b - row.charCodeAt(0)]).find((c, n, all) => c !== undefined && all[n]);
    return i || '|';
}).join('');
const encode = text => [...text.toUpperCase()].map(c => {
    const i = 'ABCDEFGHI'.indexOf(c), j = 'JKLMNOPQR'.indexOf(c), k = 'STUVWXYZ'.indexOf(c);
    return i >= 0 ? 0xC1 + i : j >= 0 ? 0xD1 + j : k >= 0 ? 0xE2 + k : 0xF0 + Number(c);
});

console.log = () => {};         /* the package tells what it negotiates */
const terminal = new Tn3270('127.0.0.1', Number(port), type);
let heard = '', typed = false;
const end = (status, why) => { process.stdout.write(why + '\n'); process.exit(status); };
setTimeout(() => end(1, 'in vain: ' + heard), 120000);
terminal.stream$.subscribe({
    next: bytes => {
        heard += decode(bytes);
        if (!typed && heard.includes(wanted)) {
            typed = true;
            heard = '';
            /* Enter, the cursor, a field at row 1 column 1, its characters, end of record. */
            terminal.write([0x7D, 0xC1, 0x50, 0x11, 0xC1, 0xD1, ...encode(keys), 0xFF, 0xEF]);
        } else if (typed && heard.includes(keys.toUpperCase())) {
            end(0, 'seen');
        }
    },
    error: error => end(1, String(error)), complete: () => end(1, 'hung up: ' + heard)
});
