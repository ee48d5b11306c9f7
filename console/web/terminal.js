'use strict';
/* A terminal on the page: telnet over a WebSocket, then either a 3270 by TN3270E (RFC 2355) or
 * TN3270 (RFC 1576), or a typewriter that prints lines. */

const TELNET = { IAC: 255, DONT: 254, DO: 253, WONT: 252, WILL: 251, SB: 250, SE: 240, EOR: 239, IP: 244, AO: 245 };
const OPTION = { binary: 0, type: 24, record: 25, tn3270e: 40 };
const TN3270E = { associate: 0, connect: 1, deviceType: 2, functions: 3, is: 4, reason: 5, reject: 6,
                  request: 7, send: 8 };
const REFUSALS = ['the display has no printer', 'the device is in use', 'a printer cannot be asked for so',
                  'there is no such device', 'that device is of another type', 'the type\'s name is wrong',
                  'unknown error', 'this is not supported'];
const DATA = { screen: 0, response: 2, bind: 3, unbind: 4, text: 5, sscp: 7 };
const FUNCTIONS = [0, 2, 4];        /* BIND-IMAGE, RESPONSES, SYSREQ */

class Telnet {
    /* `listener` has record(type, bytes) -> was it right?, character(byte), ready(name), closed(why). */
    constructor(url, token, wish, listener) {
        Object.assign(this, { wish, listener, state: 'data', verb: 0, option: [], data: [], sequence: 0 });
        this.extended = false;      /* TN3270E is agreed on */
        this.records = false;       /* end of record is */
        this.functions = [];
        this.socket = new WebSocket(url, 'endicott-terminal');
        this.socket.binaryType = 'arraybuffer';
        this.socket.onopen = () => this.socket.send(token);
        this.socket.onmessage = event => new Uint8Array(event.data).forEach(byte => this.receive(byte));
        this.socket.onclose = event => listener.closed(this.refusal || event.reason || 'the connection has ended');
    }

    close() { this.socket.close(); }
    write(bytes) { if (this.socket.readyState === 1) this.socket.send(new Uint8Array(bytes)); }
    line(text) { this.write([...new TextEncoder().encode(text), 13, 10]); }
    static doubled(bytes) { return bytes.flatMap(byte => byte === TELNET.IAC ? [byte, byte] : [byte]); }

    /* A record to the host, with TN3270E's header if that is spoken. */
    record(type, bytes, flags = 0, sequence = this.sequence++ & 0xFFFF) {
        const head = this.extended ? [type, 0, flags, sequence >> 8, sequence & 0xFF] : [];
        this.write([...Telnet.doubled([...head, ...bytes]), TELNET.IAC, TELNET.EOR]);
    }

    systemRequest() { if (this.extended) this.write([TELNET.IAC, TELNET.AO]); }
    attention() { this.write([TELNET.IAC, TELNET.IP]); }

    receive(byte) {
        switch (this.state) {
        case 'data':
            if (byte === TELNET.IAC) this.state = 'command';
            else if (this.records || this.extended) this.data.push(byte);
            else this.listener.character(byte);
            break;
        case 'command': this.command(byte); break;
        case 'verb': this.state = 'data'; this.negotiate(this.verb, byte); break;
        case 'option':
            if (byte === TELNET.IAC) this.state = 'option command';
            else this.option.push(byte);
            break;
        case 'option command':
            this.state = byte === TELNET.SE ? 'data' : 'option';
            if (byte === TELNET.SE) this.suboption(this.option);
            else this.option.push(byte);
            break;
        }
    }

    command(byte) {
        this.state = 'data';
        if (byte === TELNET.IAC) {
            if (this.records || this.extended) this.data.push(byte);
        } else if (byte >= TELNET.WILL && byte <= TELNET.DONT) {
            this.verb = byte;
            this.state = 'verb';
        } else if (byte === TELNET.SB) {
            this.option = [];
            this.state = 'option';
        } else if (byte === TELNET.EOR) {
            const record = new Uint8Array(this.data);
            this.data = [];
            this.endOfRecord(record);
        }
    }

    negotiate(verb, option) {
        const wanted = !this.wish.lines && Object.values(OPTION).includes(option);
        if (verb === TELNET.DO) this.write([TELNET.IAC, wanted ? TELNET.WILL : TELNET.WONT, option]);
        if (verb === TELNET.WILL) this.write([TELNET.IAC, wanted && option !== OPTION.tn3270e ? TELNET.DO : TELNET.DONT, option]);
        if (wanted && option === OPTION.record) {
            this.records = true;
            this.listener.ready('');
        }
    }

    suboption([option, verb, ...rest]) {
        if (option === OPTION.type && verb === 1)
            this.sub([OPTION.type, 0, ...this.typeName(true)]);
        if (option !== OPTION.tn3270e) return;
        if (verb === TN3270E.send) this.askDevice();
        else if (verb === TN3270E.deviceType && rest[0] === TN3270E.is) this.deviceGiven(rest.slice(1));
        else if (verb === TN3270E.deviceType && rest[0] === TN3270E.reject) this.deviceRefused(rest[2]);
        else if (verb === TN3270E.functions) this.functionsSaid(rest[0], rest.slice(1));
    }

    sub(bytes) { this.write([TELNET.IAC, TELNET.SB, ...Telnet.doubled(bytes), TELNET.IAC, TELNET.SE]); }

    typeName(plain) {
        const name = 'IBM-327' + (plain ? '9-' : '8-') + this.wish.model + '-E' +
            (plain && this.wish.device ? '@' + this.wish.device : '');
        return [...new TextEncoder().encode(name)];
    }

    askDevice() {
        const wish = this.wish.device
            ? [TN3270E.connect, ...new TextEncoder().encode(this.wish.device)] : [];
        this.sub([OPTION.tn3270e, TN3270E.deviceType, TN3270E.request, ...this.typeName(false), ...wish]);
    }

    deviceGiven(bytes) {
        const at = bytes.indexOf(TN3270E.connect);
        this.name = at < 0 ? '' : new TextDecoder().decode(new Uint8Array(bytes.slice(at + 1)));
        this.sub([OPTION.tn3270e, TN3270E.functions, TN3270E.request, ...FUNCTIONS]);
    }

    deviceRefused(code) {
        this.refusal = 'no device: ' + (REFUSALS[code] || 'reason ' + code);
        this.close();
    }

    functionsSaid(verb, list) {
        const agreed = list.filter(f => FUNCTIONS.includes(f));
        if (verb === TN3270E.request)
            this.sub([OPTION.tn3270e, TN3270E.functions, agreed.length === list.length ? TN3270E.is : TN3270E.request, ...agreed]);
        if (verb === TN3270E.is || agreed.length === list.length) {
            this.extended = true;
            this.functions = agreed;
            this.listener.ready(this.name);
        }
    }

    endOfRecord(bytes) {
        if (!this.extended) {
            this.listener.record(DATA.screen, bytes);
            return;
        }
        if (bytes.length < 5) return;
        const right = this.listener.record(bytes[0], bytes.subarray(5));
        const answer = bytes[2] === 2 || (bytes[2] === 1 && !right);
        if (answer && bytes[0] !== DATA.response)
            this.record(DATA.response, [right ? 0 : 2], right ? 0 : 1, bytes[3] << 8 | bytes[4]);
    }
}

/* ---- a 3270 in an element of the page ------------------------------------------------------------ */

class Display {
    constructor(element, url, token, wish) {
        this.element = element;
        this.rows = element.querySelector('.rows');
        this.status = element.querySelector('.oia');
        this.due = false;
        this.screen = new Screen(wish.model, bytes => this.telnet.record(DATA.screen, bytes), () => this.show());
        this.telnet = new Telnet(url, token, wish, this);
        this.onKey = event => { if (this.isMeant(event)) this.key(event); };
        this.onPaste = event => {
            if (!this.isMeant(event)) return;
            this.screen.paste(event.clipboardData.getData('text/plain'));
            event.preventDefault();
        };
        this.onClick = event => this.click(event);
        document.addEventListener('keydown', this.onKey);
        document.addEventListener('paste', this.onPaste);
        this.rows.addEventListener('click', this.onClick);
        this.focus();
    }

    focus() { this.element.focus(); }

    /* Keys are the terminal's while it is seen and nothing else on the page has the focus: it may
     * have been shown only now, or the operator have clicked beside it. */
    isMeant(event) {
        return this.element.contains(event.target) ||
               (event.target === document.body && this.element.getClientRects().length > 0);
    }

    end() {
        document.removeEventListener('keydown', this.onKey);
        document.removeEventListener('paste', this.onPaste);
        this.rows.removeEventListener('click', this.onClick);
        this.telnet.close();
    }

    ready(name) {
        this.name = name;
        this.screen.locked = 'wait';
        this.show();
    }

    closed(why) {
        this.screen.locked = 'not connected';
        this.why = why;
        this.show();
        if (this.onend) this.onend(why);
    }

    character() { /* a 3270 is not sent lines */ }

    record(type, bytes) {
        if (type === DATA.screen) return this.screen.record(bytes);
        if (type === DATA.unbind) this.screen.reset();
        if (type === DATA.sscp || type === DATA.text) {
            this.screen.clear();
            this.screen.locked = '';
            this.screen.address = 0;
            for (const byte of bytes) this.screen.put(byte, false);
            this.show();
        }
        return true;
    }

    /* What has changed is drawn once for each frame of the host's display. */
    show() {
        if (this.due) return;
        this.due = true;
        requestAnimationFrame(() => { this.due = false; this.draw(); });
    }

    draw() {
        const { screen } = this;
        const chosen = getSelection();
        const holding = chosen && !chosen.isCollapsed && this.rows.contains(chosen.anchorNode);
        this.drawn = this.drawn || [];
        const picture = screen.picture();
        const cursorRow = Math.floor(screen.cursor / screen.columns), column = screen.cursor % screen.columns;
        while (this.rows.children.length > picture.length) this.rows.lastChild.remove();
        picture.forEach((runs, i) => {
            const key = JSON.stringify(runs) + (i === cursorRow ? column : '');
            let row = this.rows.children[i];
            if (row && this.drawn[i] === key) return;
            if (!row) row = this.rows.appendChild(document.createElement('div'));
            else if (holding && row.contains(chosen.anchorNode)) chosen.removeAllRanges();
            row.replaceChildren(...this.drawRow(runs, i === cursorRow ? column : -1));
            this.drawn[i] = key;
        });
        if (screen.alarm) {
            screen.alarm = false;
            this.element.classList.add('alarm');
            setTimeout(() => this.element.classList.remove('alarm'), 300);
        }
        const state = this.why && screen.locked === 'not connected' ? this.why : screen.locked ? 'X ' + screen.locked : '';
        this.status.textContent = [(this.telnet.extended ? '4B' : '4A') + ' ' + (this.name || ''), state,
            screen.insert ? 'insert' : '', String(cursorRow + 1).padStart(2, '0') + '/' + String(column + 1).padStart(3, '0')]
            .map(part => part.padEnd(12)).join(' ');
    }

    drawRow(runs, cursor) {
        const spans = [];
        const add = (text, look) => {
            const span = document.createElement('span');
            span.textContent = text;
            span.className = look;
            spans.push(span);
        };
        let at = 0;
        for (const { text, look } of runs) {
            const i = cursor - at, has = i >= 0 && i < text.length;
            if (has && i > 0) add(text.slice(0, i), look);
            if (has) add(text[i], look + ' cursor');
            if (!has || i + 1 < text.length) add(has ? text.slice(i + 1) : text, look);
            at += text.length;
        }
        return spans;
    }

    click(event) {
        const chosen = getSelection();
        if (chosen && !chosen.isCollapsed) return;      /* a selection to copy is not a cursor move */
        const box = this.rows.getBoundingClientRect(), { screen } = this;
        const row = Math.floor((event.clientY - box.top) / (box.height / screen.rows));
        const line = this.rows.children[0];
        const range = document.createRange();
        range.selectNodeContents(line);
        const column = Math.floor((event.clientX - box.left) / (range.getBoundingClientRect().width / screen.columns));
        if (row >= 0 && row < screen.rows && column >= 0 && column < screen.columns) {
            screen.cursor = row * screen.columns + column;
            this.show();
        }
    }

    /* Does the key act on the terminal? */
    press(name, shift, alt, control) {
        const { screen } = this;
        const pf = /^F(\d+)$/.exec(name);
        if (pf) { screen.aid(AID.pf[Number(pf[1]) - 1 + (shift ? 12 : 0)]); return true; }
        const keys = alt ? ALT_KEYS : control ? CONTROL_KEYS : shift && SHIFT_KEYS[name] ? SHIFT_KEYS : KEYS;
        const action = keys[name.length === 1 ? name.toLowerCase() : name];
        if (action && (alt || control || name.length > 1)) { action(screen, this.telnet); return true; }
        if (name.length === 1 && !alt && !control) { screen.type(name); return true; }
        return false;
    }

    key(event) {
        if (event.metaKey || event.isComposing) return;
        if (this.press(event.key, event.shiftKey, event.altKey && !event.getModifierState('AltGraph'),
                       event.ctrlKey && !event.getModifierState('AltGraph'))) event.preventDefault();
    }
}

const KEYS = {
    Enter: s => s.aid(AID.enter), Tab: s => s.tab(), Home: s => s.home(), End: s => s.eraseToEnd(),
    Escape: s => s.resetKey(), Backspace: s => s.backspace(), Delete: s => s.deleteCharacter(),
    Insert: s => { s.insert = !s.insert; s.changed(); }, Pause: s => s.aid(AID.clear),
    PageUp: s => s.aid(AID.pf[6]), PageDown: s => s.aid(AID.pf[7]),
    ArrowUp: s => s.move(-1, 0), ArrowDown: s => s.move(1, 0), ArrowLeft: s => s.move(0, -1), ArrowRight: s => s.move(0, 1),
};
const SHIFT_KEYS = { Tab: s => s.backTab(), Enter: s => s.newLine(), Escape: s => s.aid(AID.clear) };
const CONTROL_KEYS = { Delete: s => s.eraseInput(), Enter: s => s.newLine() };
const ALT_KEYS = {
    1: s => s.aid(AID.pa1), 2: s => s.aid(AID.pa2), 3: s => s.aid(AID.pa3), c: s => s.aid(AID.clear),
    a: (s, telnet) => telnet.attention(), s: (s, telnet) => telnet.systemRequest(),
    d: s => s.control(0x1C), f: s => s.control(0x1E),
};

/* ---- a typewriter ----------------------------------------------------------------------------------- */

class Typewriter {
    constructor(element, url, token, wish) {
        this.paper = element.querySelector('.paper');
        this.input = element.querySelector('input');
        this.form = element.querySelector('form');
        this.bytes = [];
        this.decoder = new TextDecoder();
        this.telnet = new Telnet(url, token, { ...wish, lines: true }, this);
        this.form.onsubmit = event => {
            event.preventDefault();
            this.print(this.input.value + '\n', 'typed');
            this.telnet.line(this.input.value);
            this.input.value = '';
        };
        this.focus();
    }

    focus() { this.input.focus(); }

    end() { this.telnet.close(); }
    ready() {}
    record() { return true; }
    closed(why) { this.print('\n[' + why + ']\n', 'remark'); if (this.onend) this.onend(why); }

    character(byte) {
        this.bytes.push(byte);
        if (this.bytes.length === 1)
            setTimeout(() => {
                this.print(this.decoder.decode(new Uint8Array(this.bytes), { stream: true }).replace(/\r|\0|\x07/g, ''), '');
                this.bytes = [];
            }, 0);
    }

    print(text, look) {
        const { paper } = this, bottom = paper.scrollTop + paper.clientHeight >= paper.scrollHeight - 30;
        const span = document.createElement('span');
        span.textContent = text;
        span.className = look;
        paper.append(span);
        while (paper.childNodes.length > 5000) paper.firstChild.remove();
        if (bottom) paper.scrollTop = paper.scrollHeight;
    }
}

if (typeof module !== 'undefined') module.exports = { Telnet, Display };
