'use strict';
/* The operator's panel. Everything goes through the control protocol (docs/control.md). */

const $ = id => document.getElementById(id);
const element = (name, text, look) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (look) made.className = look;
    return made;
};

/* ---- the connection -------------------------------------------------------------------- */

class Control {
    constructor(token, { event, open, closed }) {
        Object.assign(this, { event, waiting: new Map(), next: 1, rest: '' });
        this.socket = new WebSocket('ws://' + location.host + '/control', 'endicott-control');
        this.socket.binaryType = 'arraybuffer';
        const decoder = new TextDecoder();
        this.socket.onopen = () => this.ask({ token }).then(reply => reply.ok ? open() : this.refused = reply.error);
        this.socket.onmessage = m => this.receive(decoder.decode(m.data, { stream: true }));
        this.socket.onclose = () => {
            for (const waiting of this.waiting.values()) waiting({ error: 'the connection has ended' });
            closed(this.refused);
        };
    }

    receive(text) {
        const lines = (this.rest + text).split('\n');
        this.rest = lines.pop();
        for (const line of lines) {
            const object = JSON.parse(line), waiting = this.waiting.get(object.id);
            if (object.event) this.event(object);
            else if (waiting) {
                this.waiting.delete(object.id);
                waiting(object);
            }
        }
    }

    ask(request) {
        const id = this.next++;
        if (this.socket.readyState !== 1) return Promise.resolve({ error: 'not connected' });
        this.socket.send(JSON.stringify({ id, ...request }));
        return new Promise(resolve => this.waiting.set(id, resolve));
    }

    command(line) { return this.ask({ do: 'command', line }); }
}

let control = null, tasks = null, token = '', heard = 0, view = 'operator', terminal = null;
const system = { cpus: new Map(), devices: new Map() };

/* Commands that wait go over a connection of their own kind, so that what the page asks for
 * meanwhile is answered. */
function connect() {
    tasks = new Control(token, { event() {}, open() {}, closed() {} });
    control = new Control(token, {
        event: tell,
        async open() {
            sessionStorage.setItem('token', token);
            $('login').hidden = true;
            $('panel').hidden = false;
            $('link').textContent = '';
            system.devices.clear();
            await control.ask({ do: 'subscribe', to: ['messages', 'psw', 'devices'], last: heard ? 1000 : 2000 });
            await refresh();
            choose(view);
            fillCommands();
        },
        closed(refusal) {
            if (refusal || $('panel').hidden) return login(refusal || 'the machine does not answer');
            $('link').textContent = 'not connected';
            setTimeout(connect, 2000);
        },
    });
}

function login(why) {
    sessionStorage.removeItem('token');
    $('panel').hidden = true;
    $('login').hidden = false;
    $('refusal').textContent = why || '';
    $('token').focus();
}

/* ---- what is told ------------------------------------------------------------------------- */

function tell(event) {
    if (event.event === 'message') showMessage(event);
    else if (event.event === 'psw') { system.cpus.set(event.cpu, event); showLights(); if (view === 'cpu') showCpu(); }
    else if (event.event === 'device') tellDevice(event);
    else if (event.event === 'lost') log(event.count + ' messages were lost', 'remark');
}

function showMessage({ sequence, source, severity, device, text }) {
    if (sequence <= heard) return;
    heard = sequence;
    log(text, source === 'emulator' ? severity : source, device);
}

function log(text, look, device) {
    const paper = $('log'), bottom = paper.scrollTop + paper.clientHeight >= paper.scrollHeight - 40;
    const line = element('div', text, look);
    if (device) line.title = 'console ' + device;
    paper.append(line);
    while (paper.childNodes.length > 4000) paper.firstChild.remove();
    if (bottom) paper.scrollTop = paper.scrollHeight;
}

function showLights() {
    $('lights').replaceChildren(...[...system.cpus.values()].map(cpu => {
        const light = element('span', (system.cpus.size > 1 ? 'CPU ' + cpu.cpu + ' ' : 'PSW ') + cpu.psw);
        light.append(element('b', cpu.state, cpu.state.split(' ')[0]));
        return light;
    }));
}

async function refresh() {
    const { system: s } = await control.ask({ do: 'system' });
    if (!s) return;
    $('system').textContent = document.title = s.system;
    $('rates').textContent = s.mips.toFixed(1) + ' MIPS, ' + s.iorate.toFixed(0) + ' I/O per second, up ' +
        (s.uptime < 7200 ? Math.floor(s.uptime / 60) + ' min' : Math.floor(s.uptime / 3600) + ' h');
    for (const cpu of s.cpus) system.cpus.set(cpu.cpu, cpu);
    showLights();
    if ($('which').length !== s.cpus.length)
        $('which').replaceChildren(...s.cpus.map(cpu => new Option('CPU ' + cpu.cpu, cpu.cpu)));
    if (view === 'cpu') showCpu();
}

/* ---- devices -------------------------------------------------------------------------------- */

function tellDevice(event) {
    if (event.change === 'detached') system.devices.delete(event.device);
    else system.devices.set(event.device, event);
    const body = $('devices').querySelector('tbody');
    const old = document.getElementById('device-' + event.device);
    if (event.change === 'detached') { if (old) old.remove(); return; }
    const row = old || element('tr');
    row.id = 'device-' + event.device;
    row.className = event.state.startsWith('idle') ? '' : 'busy';
    row.replaceChildren(...[event.device, event.type, event.class, event.state, event.ios, event.description]
        .map(text => element('td', text)));
    const keys = row.appendChild(element('td'));
    for (const [label, line] of [['Attention', 'i '], ['Detach', 'detach ']]) {
        const button = keys.appendChild(element('button', label));
        button.onclick = () => (label !== 'Detach' || confirm('Detach ' + event.device + '?')) && tasks.command(line + event.device);
    }
    if (!old) {
        const after = [...body.children].find(r => r.id > row.id);
        body.insertBefore(row, after || null);
    }
}

/* ---- the CPU: registers, storage, instructions ------------------------------------------------- */

let asking = false;
async function showCpu() {
    if (asking) return;
    asking = true;
    const cpu = Number($('which').value || 0);
    const { registers: r } = await control.ask({ do: 'registers', cpu });
    if (r) {
        const four = (name, list) => [0, 4, 8, 12].map(i => list.slice(i, i + 4)
            .map((value, j) => name + String(i + j).padStart(2, '0') + ' ' + value).join('  ')).join('\n');
        $('registers').textContent = 'PSW  ' + r.psw + '  ' + r.state + '\nPrefix ' + r.prefix + '\n\n' +
            four('GR', r.general) + '\n\n' + four('CR', r.control) + '\n\n' +
            r.floating.map((value, i) => 'FPR' + 2 * i + ' ' + value).join('  ');
        const { instructions } = await control.ask({ do: 'instructions', address: r.address, count: 12 });
        $('instructions').textContent = (instructions || [])
            .map(i => i.address + '  ' + i.bytes.padEnd(12) + '  ' + i.text).join('\n');
    }
    await showStorage();
    asking = false;
}

async function showStorage() {
    const { storage, error } = await control.ask({ do: 'storage', address: $('address').value.trim(), length: 256,
                                                   view: $('view').value });
    if (!storage) { $('storage').textContent = error; return; }
    const lines = [], first = parseInt(storage.address, 16);
    for (let i = 0; i < storage.bytes.length; i += 32)
        lines.push((first + i / 2).toString(16).toUpperCase().padStart(8, '0') + '  ' +
            storage.bytes.slice(i, i + 32).replace(/(.{8})/g, '$1 ').padEnd(37) + storage.text.slice(i / 2, i / 2 + 16));
    $('storage').textContent = lines.join('\n');
}

/* ---- commands -------------------------------------------------------------------------------------- */

const typed = JSON.parse(localStorage.getItem('history') || '[]');
let place = typed.length;

function remember(line) {
    if (line && typed[typed.length - 1] !== line) typed.push(line);
    typed.splice(0, Math.max(0, typed.length - 500));
    localStorage.setItem('history', JSON.stringify(typed));
    place = typed.length;
}

async function fillCommands() {
    const { commands = [] } = await control.ask({ do: 'commands' });
    $('verbs').replaceChildren(...commands.map(c => { const o = element('option'); o.value = c.name; return o; }));
    $('table').replaceChildren(...commands.map(c => {
        const row = element('tr');
        row.append(element('td', c.name + ' ' + c.operands), element('td', c.summary), element('td', c.example));
        return row;
    }));
}

/* ---- terminals ---------------------------------------------------------------------------------------- */

function endTerminal() {
    if (terminal) terminal.end();
    terminal = null;
}

function startTerminal() {
    endTerminal();
    const kind = $('kind').value, lines = kind === 'lines';
    const wish = { model: lines ? 2 : Number(kind), device: $('wish').value.trim() };
    $('display').hidden = lines;
    $('typewriter').hidden = !lines;
    $('pads').hidden = lines;
    const url = 'ws://' + location.host + '/terminal';
    terminal = lines ? new Typewriter($('typewriter'), url, token, wish) : new Display($('display'), url, token, wish);
}

const pads = [['PA1', '1'], ['PA2', '2'], ['Clear', 'c'], ['Attn', 'a'], ['SysReq', 's']];
for (const [label, key] of pads) {
    const button = $('pads').appendChild(element('button', label));
    button.type = 'button';
    button.onclick = () => { if (terminal && terminal.press) terminal.press(key, false, true, false); $('display').focus(); };
}

/* ---- the page ------------------------------------------------------------------------------------------- */

function choose(name) {
    view = name;
    for (const section of document.querySelectorAll('main > section')) section.hidden = section.id !== name;
    for (const button of document.querySelectorAll('nav button')) button.classList.toggle('chosen', button.dataset.view === name);
    if (name === 'cpu') showCpu();
    if (name === 'terminal' && terminal) terminal.focus();
    if (name === 'operator') { $('log').scrollTop = $('log').scrollHeight; $('line').focus(); }
}

for (const button of document.querySelectorAll('nav button')) button.onclick = () => choose(button.dataset.view);
for (const button of document.querySelectorAll('#cpu button[data-command]'))
    button.onclick = async () => {
        if ($('which').length > 1) await tasks.command('cpu ' + $('which').value);
        await tasks.command(button.dataset.command);
        showCpu();
    };
$('which').onchange = showCpu;
$('look').onsubmit = event => { event.preventDefault(); showStorage(); };
$('connect').onsubmit = event => { event.preventDefault(); startTerminal(); };
$('leave').onclick = endTerminal;
$('command').onsubmit = event => {
    event.preventDefault();
    remember($('line').value);
    tasks.command($('line').value);
    $('line').value = '';
    $('log').scrollTop = $('log').scrollHeight;
};
$('line').onkeydown = event => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    place = Math.max(0, Math.min(typed.length, place + step));
    $('line').value = typed[place] || '';
};
$('login').onsubmit = event => { event.preventDefault(); token = $('token').value; $('token').value = ''; connect(); };
setInterval(() => { if (control && control.socket.readyState === 1 && !$('panel').hidden) refresh(); }, 1000);

/* #TOKEN, #TOKEN/view or #TOKEN/terminal/device/kind: taken out of the address at once. */
const [given, wanted, device, kind] = location.hash.slice(1).split('/');
if (location.hash) window.history.replaceState(null, '', location.pathname);
token = given || sessionStorage.getItem('token') || '';
if (token) connect();
else login();
if (wanted) choose(wanted);
if (wanted === 'terminal' && kind) {
    $('wish').value = device;
    $('kind').value = kind;
    startTerminal();
}
