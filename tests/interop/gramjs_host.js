// Real GramJS in a process of its own: JSON requests on standard input, answers and events on standard output.
//
// usage: node gramjs_host.js MODULES, and a first line with
//   {"key": {"fingerprint", "n", "e"}, "transport": "Full" | "Obfuscated" | "Abridged", "session": "", "proxy": null}
// The key stands for Telegram's own. Addresses are GramJS's: where they lead is another's business (tdredirect.c).
'use strict';
const fs = require('fs');
const path = require('path');
const readline = require('readline');

const modules = process.argv[2];
const load = (name) => require(path.join(modules, name));
const bigInt = load('big-integer');
const { TelegramClient, Api } = load('telegram');
const { StringSession } = load('telegram/sessions');
const { NewMessage } = load('telegram/events');
const { Logger } = load('telegram/extensions');
const connections = load('telegram/network/connection');
const { _serverKeys } = load('telegram/crypto/RSA');
const { LAYER } = load('telegram/tl/AllTLObjects');

const say = (event) => process.stdout.write(JSON.stringify(event) + '\n');
console.log = console.error; // standard output has nothing but events

let client;

function begin (request) {
    if (!fs.readFileSync('/proc/self/maps', 'latin1').includes('/tdredirect')) {
        console.error('nothing keeps it on this machine: tdredirect is not loaded');
        process.exit(1);
    }
    _serverKeys.clear();
    _serverKeys.set(request.key.fingerprint, { n: bigInt(request.key.n), e: request.key.e });
    client = new TelegramClient(new StringSession(request.session), 12345, '0'.repeat(32), {
        connection: connections['ConnectionTCP' + request.transport],
        proxy: request.proxy || undefined,
        baseLogger: new Logger('none'),
        connectionRetries: 5,
        deviceModel: 'GramJS',
    });
    client.addEventHandler((event) => say({
        event: 'message', text: event.message.message, out: event.message.out, from: String(event.message.senderId),
    }), new NewMessage({}));
}

const shown = (user) => ({ id: String(user.id), first: user.firstName, phone: user.phone, self: user.self });

const contacts = async () => (await client.invoke(new Api.contacts.GetContacts({ hash: bigInt.zero }))).users;
const named = async (name) => (await contacts()).find((user) => user.firstName === name);

const requests = {
    connect: async () => ({ connected: await client.connect(), layer: LAYER }),
    // What it is asked for it takes from the lists, one after the other; it gives up where there is no more.
    login: async ({ phone, codes, passwords }) => {
        const refused = [];
        const trying = client.start({
            phoneNumber: phone,
            phoneCode: async () => codes.shift(),
            password: async () => passwords.shift(),
            onError: (error) => { refused.push(error.errorMessage || error.message); return codes.length + passwords.length === 0; },
        });
        await trying.catch((error) => { throw new Error(refused.concat(error.message).join(', ')); });
        return { refused, session: client.session.save() };
    },
    me: async () => shown(await client.getMe()),
    contacts: async () => (await contacts()).map(shown),
    full: async ({ to }) => {
        const full = await client.invoke(new Api.users.GetFullUser({ id: await named(to) }));
        return { id: String(full.fullUser.id), about: full.fullUser.about, first: full.users[0].firstName };
    },
    send: async ({ to, text }) => {
        const sent = await client.sendMessage(await named(to), { message: text });
        return { id: sent.id, text: sent.message, out: sent.out };
    },
    // Twice under one number, as after an answer that was lost.
    again: async ({ to, text }) => {
        const peer = await client.getInputEntity(await named(to));
        const message = new Api.messages.SendMessage({ peer, message: text, randomId: bigInt(4711) });
        return [(await client.invoke(message)).id, (await client.invoke(message)).id];
    },
    difference: async ({ pts }) => {
        const found = await client.invoke(new Api.updates.GetDifference({ pts, date: 0, qts: 0 }));
        return (found.newMessages || []).map((m) => ({ text: m.message, out: m.out, id: m.id }));
    },
    logout: async () => client.invoke(new Api.auth.LogOut()).then(() => true),
    bye: async () => { await client.destroy(); setTimeout(() => process.exit(0), 0); return true; },
};

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
    const request = JSON.parse(line);
    if (!request.do) {
        begin(request);
        return;
    }
    try {
        say({ answer: request.id, result: await requests[request.do](request) });
    } catch (error) {
        say({ answer: request.id, error: error.errorMessage || String(error.stack) });
    }
}).on('close', () => process.exit(0));
