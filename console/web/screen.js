'use strict';
/* A 3270 screen: the 3270 data stream (GA23-0059) on one side, keys and a picture on the
 * other. It knows neither the page nor the network. */

const EBCDIC_037 = ' \u00a0\u00e2\u00e4\u00e0\u00e1\u00e3\u00e5\u00e7\u00f1\u00a2.<(+|&\u00e9\u00ea\u00eb' +
    '\u00e8\u00ed\u00ee\u00ef\u00ec\u00df!$*);\u00ac-/\u00c2\u00c4\u00c0\u00c1\u00c3\u00c5\u00c7\u00d1\u00a6,%_>?' +
    '\u00f8\u00c9\u00ca\u00cb\u00c8\u00cd\u00ce\u00cf\u00cc`:#@\'="\u00d8abcdefghi\u00ab\u00bb\u00f0\u00fd\u00fe' +
    '\u00b1\u00b0jklmnopqr\u00aa\u00ba\u00e6\u00b8\u00c6\u00a4\u00b5~stuvwxyz\u00a1\u00bf\u00d0\u00dd\u00de\u00ae^' +
    '\u00a3\u00a5\u00b7\u00a9\u00a7\u00b6\u00bc\u00bd\u00be[]\u00af\u00a8\u00b4\u00d7{ABCDEFGHI\u00ad\u00f4\u00f6' +
    '\u00f2\u00f3\u00f5}JKLMNOPQR\u00b9\u00fb\u00fc\u00f9\u00fa\u00ff\\\u00f7STUVWXYZ\u00b2\u00d4\u00d6\u00d2\u00d3' +
    '\u00d50123456789\u00b3\u00db\u00dc\u00d9\u00da\u009f';

/* Graphic escape: code page 310, from 70 on; a blank where there is nothing. */
const GRAPHIC_70 = '◇⋀¨⌻⍸⍷⊢⊣∨       ∼  ║═│    ↑↓≤⌈⌊→⎕▌▐▀▄■    ⊃⊂¤○±←¯°─•ₙ     ∩∪⊥[≥∘⍺∊⍳⍴⍵ ×\\÷ ∇∆⊤]≠∣' +
    '{⁽⁺■└┌├┴§ ⍲⍱⌷⌽⍂⍉}⁾⁻┼┘┐┤┬¶ ⌶!⍒⍋⍞⍝≡₁₂₃⍤⍥⍪€  ⌿⍀∵⊖⌹⍕⁰¹²³⁴⁵⁶⁷⁸⁹ ⍫⍙⍟⍎ ';

const FROM_UNICODE = new Map();
for (let i = EBCDIC_037.length - 1; i >= 0; i--) FROM_UNICODE.set(EBCDIC_037[i], i + 0x40);
const GRAPHIC_FROM_UNICODE = new Map();
for (let i = GRAPHIC_70.length - 1; i >= 0; i--)
    if (GRAPHIC_70[i] !== ' ') GRAPHIC_FROM_UNICODE.set(GRAPHIC_70[i], i + 0x70);

const ORDER = { PT: 0x05, GE: 0x08, SBA: 0x11, EUA: 0x12, IC: 0x13, SF: 0x1D, SA: 0x28, SFE: 0x29,
                MF: 0x2C, RA: 0x3C };
const AID = { none: 0x60, structured: 0x88, enter: 0x7D, clear: 0x6D, pa1: 0x6C, pa2: 0x6E, pa3: 0x6B,
              sysreq: 0xF0, pf: [0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0x7A, 0x7B, 0x7C,
                                 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0x4A, 0x4B, 0x4C] };
const FIELD = { protected: 0x20, numeric: 0x10, display: 0x0C, intense: 0x08, hidden: 0x0C, modified: 0x01 };
/* Extended attributes, by type; and the same as properties of a cell. */
const ATTRIBUTES = { 0x41: 'highlight', 0x42: 'color', 0x43: 'set', 0x45: 'background' };
/* Codes of the characters that stand for six bits of an address or a field attribute. */
const SIX_BITS = Array.from({ length: 64 }, (_, i) =>
    EBCDIC_037.indexOf(' ABCDEFGHI¢.<(+|&JKLMNOPQR!$*);¬-/STUVWXYZ¦,%_>?0123456789:#@\'="'[i]) + 0x40);

class ScreenError extends Error {}

class Screen {
    /* `send` gets an array of bytes for the host, `changed` is called after whatever shows. */
    constructor(model, send, changed) {
        this.alternate = { 2: [24, 80], 3: [32, 80], 4: [43, 80], 5: [27, 132] }[model];
        this.send = send;
        this.changed = changed;
        this.reset();
    }

    reset() {
        this.setSize(24, 80);
        this.locked = 'not connected';
        this.insert = false;
        this.replyMode = 0;
        this.lastAid = AID.none;
        this.alarm = false;
        this.changed();
    }

    setSize(rows, columns) {
        this.rows = rows;
        this.columns = columns;
        this.size = rows * columns;
        this.cursor = this.address = 0;
        this.clear();
    }

    clear() {
        this.cells = Array.from({ length: this.size }, () => ({ code: 0 }));
        this.lastAttributes = {};
    }

    wrap(address) { return (address + this.size) % this.size; }

    /* ---- the host writes ------------------------------------------------------------- */

    /* A record of 3270 data. False: the host is told that it was wrong. */
    record(bytes) {
        try {
            this.command(bytes);
        } catch (error) {
            if (!(error instanceof ScreenError)) throw error;
            console.warn('3270 data stream: ' + error.message);
            this.changed();
            return false;
        }
        this.changed();
        return true;
    }

    command(bytes) {
        const rest = bytes.subarray(1);
        switch (bytes[0]) {
        case 0x01: case 0xF1: return this.write(rest);
        case 0x05: case 0xF5: this.setSize(24, 80); return this.write(rest);
        case 0x0D: case 0x7E: this.setSize(...this.alternate); return this.write(rest);
        case 0x0F: case 0x6F: return this.eraseAllUnprotected();
        case 0x11: case 0xF3: return this.structuredFields(rest);
        case 0x02: case 0xF2: return this.readBuffer();
        case 0x06: case 0xF6: return this.readModified(this.lastAid, false);
        case 0x0E: case 0x6E: return this.readModified(this.lastAid, true);
        case 0x03: case undefined: return undefined;        /* no operation */
        default: throw new ScreenError('no such command ' + bytes[0].toString(16));
        }
    }

    write(bytes) {
        if (bytes.length === 0) return;
        const wcc = bytes[0];
        if (wcc & 0x40) this.replyMode = 0;
        if (wcc & 0x01)
            for (const cell of this.cells)
                if (cell.field !== undefined) cell.field &= ~FIELD.modified;
        this.lastAttributes = {};
        this.orders(bytes, 1);
        if (wcc & 0x04) this.alarm = true;
        if (wcc & 0x02) this.unlock();
    }

    unlock() {
        this.locked = '';
        this.lastAid = AID.none;
    }

    takeAddress(bytes, at) {
        if (at + 1 >= bytes.length) throw new ScreenError('an address is cut short');
        const address = bytes[at] & 0xC0 ? (bytes[at] & 0x3F) << 6 | bytes[at + 1] & 0x3F
                                         : bytes[at] << 8 | bytes[at + 1];
        if (address >= this.size) throw new ScreenError('address ' + address + ' is not on the screen');
        return address;
    }

    orders(bytes, at) {
        let afterText = false;              /* for PT */
        while (at < bytes.length) {
            const code = bytes[at++];
            switch (code) {
            case ORDER.SBA: this.address = this.takeAddress(bytes, at); at += 2; break;
            case ORDER.IC: this.cursor = this.address; break;
            case ORDER.SF: this.startField({ field: bytes[at++] & 0x3F }); break;
            case ORDER.SFE: at = this.startExtended(bytes, at); break;
            case ORDER.MF: at = this.modifyField(bytes, at); break;
            case ORDER.SA: this.setAttribute(this.lastAttributes, bytes[at], bytes[at + 1]); at += 2; break;
            case ORDER.RA: at = this.repeat(bytes, at); break;
            case ORDER.EUA: this.eraseUnprotectedTo(this.takeAddress(bytes, at)); at += 2; break;
            case ORDER.PT: this.programTab(afterText); break;
            case ORDER.GE: this.put(bytes[at++], true); break;
            default: this.put(code, false);
            }
            afterText = code >= 0x40 || code === 0 || code === ORDER.GE;
        }
    }

    put(code, graphic) {
        const cell = { code: code === undefined ? 0 : code, ...this.lastAttributes };
        if (graphic || cell.set === 0xF1) cell.graphic = true;
        this.cells[this.address] = cell;
        this.address = this.wrap(this.address + 1);
    }

    startField(cell) {
        this.cells[this.address] = { code: 0, ...cell };
        this.address = this.wrap(this.address + 1);
    }

    /* One pair of type and value; a value of zero is the default again. */
    setAttribute(cell, type, value) {
        if (type === 0x00) {
            for (const name of Object.values(ATTRIBUTES)) delete cell[name];
        } else if (ATTRIBUTES[type]) {
            if (value) cell[ATTRIBUTES[type]] = value;
            else delete cell[ATTRIBUTES[type]];
        }
    }

    startExtended(bytes, at) {
        const cell = { field: 0 };
        for (let n = bytes[at++]; n > 0; n--, at += 2) {
            if (bytes[at] === 0xC0) cell.field = bytes[at + 1] & 0x3F;
            else this.setAttribute(cell, bytes[at], bytes[at + 1]);
        }
        this.startField(cell);
        return at;
    }

    modifyField(bytes, at) {
        const cell = this.cells[this.address];
        for (let n = bytes[at++]; n > 0; n--, at += 2) {
            if (cell.field === undefined) continue;
            if (bytes[at] === 0xC0) cell.field = bytes[at + 1] & 0x3F;
            else this.setAttribute(cell, bytes[at], bytes[at + 1]);
        }
        this.address = this.wrap(this.address + 1);
        return at;
    }

    repeat(bytes, at) {
        const end = this.takeAddress(bytes, at);
        at += 2;
        const graphic = bytes[at] === ORDER.GE;
        if (graphic) at++;
        do this.put(bytes[at], graphic); while (this.address !== end);
        return at + 1;
    }

    eraseUnprotectedTo(end) {
        let field = this.fieldOf(this.address);
        do {
            const cell = this.cells[this.address];
            if (cell.field !== undefined) field = cell;
            else if (!field || !(field.field & FIELD.protected)) this.cells[this.address] = { code: 0 };
            this.address = this.wrap(this.address + 1);
        } while (this.address !== end);
    }

    /* To the first position of the next unprotected field; after text, the rest of this one
     * becomes nulls. */
    programTab(erase) {
        const here = this.cells[this.address];
        let address = this.address;
        if (here.field !== undefined && !(here.field & FIELD.protected)) {
            this.address = this.wrap(address + 1);
            return;
        }
        for (; address < this.size; address++) {
            const cell = this.cells[address];
            if (cell.field !== undefined) {
                erase = false;
                if (!(cell.field & FIELD.protected)) break;
            } else if (erase) {
                this.cells[address] = { code: 0 };
            }
        }
        this.address = address < this.size ? this.wrap(address + 1) : 0;
    }

    eraseAllUnprotected() {
        let field = this.fieldOf(0);
        this.cells.forEach((cell, i) => {
            if (cell.field !== undefined) {
                field = cell;
                if (!(cell.field & FIELD.protected)) cell.field &= ~FIELD.modified;
            } else if (!field || !(field.field & FIELD.protected)) {
                this.cells[i] = { code: 0 };
            }
        });
        this.home();
        this.unlock();
    }

    /* ---- the host reads -------------------------------------------------------------------- */

    encodeAddress(address) {
        return this.size > 4096 ? [address >> 8, address & 0xFF]
                                : [SIX_BITS[address >> 6], SIX_BITS[address & 0x3F]];
    }

    attributePairs(cell) {
        const pairs = [];
        for (const [type, name] of Object.entries(ATTRIBUTES))
            if (cell[name]) pairs.push(Number(type), cell[name]);
        return pairs;
    }

    /* What a position says in a read; `before`: the character attributes told so far. */
    cellBytes(cell, before) {
        const bytes = [];
        if (this.replyMode === 2)
            for (const [type, name] of Object.entries(ATTRIBUTES))
                if ((cell[name] || 0) !== (before[name] || 0)) {
                    bytes.push(ORDER.SA, Number(type), cell[name] || 0);
                    before[name] = cell[name];
                }
        if (cell.graphic && cell.set !== 0xF1) bytes.push(ORDER.GE);
        bytes.push(cell.code);
        return bytes;
    }

    readBuffer() {
        const bytes = [this.lastAid, ...this.encodeAddress(this.cursor)], before = {};
        for (const cell of this.cells) {
            if (cell.field === undefined) {
                bytes.push(...this.cellBytes(cell, before));
            } else if (this.replyMode === 0) {
                bytes.push(ORDER.SF, SIX_BITS[cell.field]);
            } else {
                const pairs = [0xC0, SIX_BITS[cell.field], ...this.attributePairs(cell)];
                bytes.push(ORDER.SFE, pairs.length / 2, ...pairs);
            }
        }
        this.send(bytes);
    }

    readModified(aid, all) {
        const short = [AID.clear, AID.pa1, AID.pa2, AID.pa3].includes(aid);
        const bytes = [aid], before = {};
        if (!short || all) bytes.push(...this.encodeAddress(this.cursor));
        if ((!short || all) && aid !== AID.sysreq) {
            const formatted = this.cells.some(cell => cell.field !== undefined);
            const starts = formatted ? this.modifiedFields() : [-1];
            for (const start of starts) {
                if (formatted) bytes.push(ORDER.SBA, ...this.encodeAddress(this.wrap(start + 1)));
                for (let i = 0, at = this.wrap(start + 1); i < this.size; i++, at = this.wrap(at + 1)) {
                    const cell = this.cells[at];
                    if (cell.field !== undefined) break;
                    if (cell.code !== 0) bytes.push(...this.cellBytes(cell, before));
                }
            }
        }
        this.send(bytes);
    }

    modifiedFields() {
        const found = [];
        this.cells.forEach((cell, i) => {
            if (cell.field !== undefined && cell.field & FIELD.modified) found.push(i);
        });
        return found;
    }

    structuredFields(bytes) {
        for (let at = 0; at < bytes.length;) {
            let length = bytes[at] << 8 | bytes[at + 1];
            if (length === 0) length = bytes.length - at;
            if (length < 3 || at + length > bytes.length) throw new ScreenError('a structured field\'s length');
            this.structuredField(bytes.subarray(at + 2, at + length));
            at += length;
        }
    }

    structuredField(field) {
        switch (field[0]) {
        case 0x01: return this.readPartition(field);
        case 0x03:
            return field[1] & 0x80 ? this.setSize(...this.alternate) : this.setSize(24, 80);
        case 0x09: this.replyMode = field[2] <= 2 ? field[2] : 0; return undefined;
        case 0x40: return this.command(field.subarray(2));
        default: throw new ScreenError('no such structured field ' + field[0].toString(16));
        }
    }

    readPartition(field) {
        switch (field[2]) {
        case 0x02: return this.queryReply(null);
        case 0x03: return this.queryReply(field[3] & 0xC0 ? null : [...field.subarray(4)]);
        case 0x6E: return this.readModified(AID.none, true);
        case 0xF2: return this.readBuffer();
        case 0xF6: return this.readModified(AID.none, false);
        default: throw new ScreenError('no such read partition');
        }
    }

    queryReply(wanted) {
        const [rows, columns] = this.alternate, two = n => [n >> 8, n & 0xFF];
        const colors = [0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7];
        const replies = {
            0x81: [0x01, 0x00, ...two(columns), ...two(rows), 0x01, 0x00, 0x0A, 0x02, 0xE5, 0x00, 0x02,
                   0x00, 0x6F, 0x09, 0x0C, ...two(rows * columns)],
            0x85: [0x82, 0x00, 0x09, 0x0C, 0, 0, 0, 0, 0x07, 0x00, 0x10, 0x00, 0x02, 0xB9, 0x00, 0x25,
                   0x01, 0x00, 0xF1, 0x03, 0xC3, 0x01, 0x36],
            0x86: [0x00, 0x08, 0x00, 0xF4, ...colors.flatMap(c => [c, c])],
            0x87: [0x05, 0x00, 0xF0, 0xF1, 0xF1, 0xF2, 0xF2, 0xF4, 0xF4, 0xF8, 0xF8],
            0x88: [0x00, 0x01, 0x02],
            0xA6: [0x00, 0x00, 0x0B, 0x01, 0x00, ...two(80), ...two(24), ...two(columns), ...two(rows)],
        };
        replies[0x80] = [0x80, ...Object.keys(replies).map(Number)];
        const known = Object.keys(replies).map(Number).sort((a, b) => a - b);
        const codes = wanted ? known.filter(code => wanted.includes(code)) : known;
        const bytes = [AID.structured];
        for (const code of codes.length ? codes : [0xFF])
            bytes.push(...two(4 + (replies[code] || []).length), 0x81, code, ...(replies[code] || []));
        this.send(bytes);
    }

    /* ---- fields ---------------------------------------------------------------------------------- */

    /* The cell that begins the field around an address; null on an unformatted screen. */
    fieldOf(address) {
        for (let i = 0, at = address; i < this.size; i++, at = this.wrap(at - 1))
            if (this.cells[at].field !== undefined) return this.cells[at];
        return null;
    }

    canType(address) {
        const field = this.fieldOf(address);
        return this.cells[address].field === undefined && !(field && field.field & FIELD.protected);
    }

    fieldEnd(address) {         /* the last position of the field, up to the screen's end */
        let at = address;
        for (let i = 1; i < this.size; i++) {
            const next = this.wrap(at + 1);
            if (this.cells[next].field !== undefined || (next === 0 && !this.fieldOf(address))) break;
            at = next;
        }
        return at;
    }

    /* ---- keys -------------------------------------------------------------------------------------- */

    /* A key that the host is told of. */
    aid(aid) {
        if (this.locked) return;
        this.locked = 'wait';
        this.insert = false;
        this.lastAid = aid;
        if (aid === AID.clear) {
            this.setSize(24, 80);
            this.replyMode = 0;
        }
        this.readModified(aid, false);
        this.changed();
    }

    /* It unlocks even where the host has not: else a host that never answers has the last word. */
    resetKey() {
        if (this.locked !== 'not connected') this.locked = '';
        this.insert = false;
        this.changed();
    }

    refuse() { this.locked = 'protected'; this.changed(); }

    type(character) {
        if (this.locked) return;
        let code = FROM_UNICODE.get(character), graphic = false;
        if (code === undefined) {
            code = GRAPHIC_FROM_UNICODE.get(character);
            graphic = true;
        }
        if (code === undefined) { this.locked = 'no such character'; this.changed(); return; }
        if (!this.canType(this.cursor)) { this.refuse(); return; }
        this.typeCode(code, graphic);
    }

    typeCode(code, graphic) {
        if (this.insert && !this.makeRoom()) { this.locked = 'field is full'; this.changed(); return; }
        const field = this.fieldOf(this.cursor);
        this.cells[this.cursor] = { code, ...(graphic ? { graphic } : {}) };
        if (field) field.field |= FIELD.modified;
        this.cursor = this.wrap(this.cursor + 1);
        const here = this.cells[this.cursor].field;
        if (here !== undefined)     /* on an attribute: go on, or skip a numeric protected field */
            if (here & FIELD.protected && here & FIELD.numeric) this.tab(true);
            else this.cursor = this.wrap(this.cursor + 1);
        this.changed();
    }

    makeRoom() {
        const end = this.fieldEnd(this.cursor);
        let gap = this.cursor;
        while (gap !== end && this.cells[gap].code !== 0) gap = this.wrap(gap + 1);
        if (this.cells[gap].code !== 0) return false;
        for (; gap !== this.cursor; gap = this.wrap(gap - 1)) this.cells[gap] = this.cells[this.wrap(gap - 1)];
        return true;
    }

    unprotectedAfter(from, step) {
        for (let i = 0, at = this.wrap(from); i < this.size; i++, at = this.wrap(at + step)) {
            const field = this.cells[this.wrap(at - 1)].field;
            if (field !== undefined && !(field & FIELD.protected) && this.cells[at].field === undefined)
                return at;
        }
        return 0;
    }

    tab(quiet) {
        if (this.locked) return;
        this.cursor = this.unprotectedAfter(this.cursor + 1, 1);
        if (!quiet) this.changed();
    }

    backTab() {
        if (this.locked) return;
        this.cursor = this.unprotectedAfter(this.cursor - 1, -1);
        this.changed();
    }

    home() { this.cursor = this.unprotectedAfter(0, 1); this.changed(); }

    newLine() {
        if (this.locked) return;
        const next = this.wrap((Math.floor(this.cursor / this.columns) + 1) * this.columns);
        const formatted = this.fieldOf(0);
        this.cursor = !formatted || this.canType(next) ? next : this.unprotectedAfter(next, 1);
        this.changed();
    }

    move(rows, columns) {
        this.cursor = this.wrap(this.cursor + rows * this.columns + columns);
        this.changed();
    }

    backspace() {
        if (this.locked) return;
        const before = this.wrap(this.cursor - 1);
        if (this.cells[before].field === undefined) this.cursor = before;
        this.changed();
    }

    change(action) {
        if (this.locked) return;
        if (!this.canType(this.cursor)) { this.refuse(); return; }
        const field = this.fieldOf(this.cursor);
        action(this.fieldEnd(this.cursor));
        if (field) field.field |= FIELD.modified;
        this.changed();
    }

    deleteCharacter() {
        this.change(end => {
            for (let at = this.cursor; at !== end; at = this.wrap(at + 1))
                this.cells[at] = this.cells[this.wrap(at + 1)];
            this.cells[end] = { code: 0 };
        });
    }

    eraseToEnd() {
        this.change(end => {
            for (let at = this.cursor; ; at = this.wrap(at + 1)) {
                this.cells[at] = { code: 0 };
                if (at === end) break;
            }
        });
    }

    eraseInput() {
        if (this.locked) return;
        this.eraseAllUnprotected();
        this.changed();
    }

    /* What a character of EBCDIC control means, DUP or FM. */
    control(code) { this.change(() => this.typeCode(code, false)); }

    /* Text from elsewhere: a line end goes to the next line's place under where it began. */
    paste(text) {
        const column = this.cursor % this.columns;
        for (const character of text.replace(/\r\n?/g, '\n')) {
            if (this.locked) return;
            if (character === '\n') {
                this.cursor = this.wrap((Math.floor(this.cursor / this.columns) + 1) * this.columns + column);
                if (!this.canType(this.cursor)) this.cursor = this.unprotectedAfter(this.cursor, 1);
            } else {
                this.type(character === '\t' ? ' ' : character);
            }
        }
        this.changed();
    }

    /* ---- the picture ------------------------------------------------------------------------------ */

    glyph(cell) {
        if (cell.field !== undefined || cell.code < 0x40) return cell.code === 0x1C ? '*' : cell.code === 0x1E ? ';' : ' ';
        if (cell.graphic) return GRAPHIC_70[cell.code - 0x70] || '·';
        return cell.code === 0xFF ? ' ' : EBCDIC_037[cell.code - 0x40];
    }

    /* The class names that show a cell within its field. */
    look(cell, field) {
        const attribute = field ? field.field : 0, names = [];
        const base = ['green', 'red', 'blue', 'white'];     /* base colour: unprotected, protected */
        const color = cell.color || (field && field.color) || 0;
        const colors = { 0xF1: 'blue', 0xF2: 'red', 0xF3: 'pink', 0xF4: 'green', 0xF5: 'turquoise',
                         0xF6: 'yellow', 0xF7: 'white' };
        const intense = (attribute & FIELD.display) === FIELD.intense;
        names.push(colors[color] || base[(attribute & FIELD.protected ? 2 : 0) + (intense ? 1 : 0)]);
        const highlight = cell.highlight || (field && field.highlight) || 0;
        const back = cell.background || (field && field.background) || 0;
        if (colors[back]) names.push('on-' + colors[back]);
        if (highlight === 0xF1) names.push('blink');
        if (highlight === 0xF2) names.push('reverse');
        if (highlight === 0xF4) names.push('underscore');
        if (highlight === 0xF8 || intense) names.push('intense');
        return names.join(' ');
    }

    /* Rows of runs { text, look }. */
    picture() {
        const rows = [];
        let field = this.fieldOf(this.size - 1);
        for (let row = 0, at = 0; row < this.rows; row++) {
            const runs = [];
            for (let column = 0; column < this.columns; column++, at++) {
                const cell = this.cells[at];
                if (cell.field !== undefined) field = cell;
                const hidden = cell.field !== undefined ||
                    (field && (field.field & FIELD.display) === FIELD.hidden);
                const look = cell.field !== undefined ? '' : this.look(cell, field);
                const text = hidden ? ' ' : this.glyph(cell), last = runs[runs.length - 1];
                if (last && last.look === look) last.text += text;
                else runs.push({ text, look });
            }
            rows.push(runs);
        }
        return rows;
    }

    text() { return this.picture().map(runs => runs.map(run => run.text).join('').trimEnd()).join('\n'); }
}

if (typeof module !== 'undefined') module.exports = { Screen, AID, ORDER };
