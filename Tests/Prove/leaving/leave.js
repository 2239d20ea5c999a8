// Ends Node while the addon's threads are busy inside the library.
//
// Arguments: how the addon is loaded (deepbind, require), whether Node has used its own OpenSSL before (tls, -),
// status, chats, milliseconds until then.
"use strict";
const os = require("node:os");
const path = require("node:path");
const tls = require("node:tls");

const [how, before, status, chats, milliseconds] = process.argv.slice(2);
const file = path.join(process.cwd(), "sparkchat.node");
if (before === "tls") tls.createSecureContext();

const addon = { exports: {} };
const { RTLD_NOW, RTLD_DEEPBIND } = os.constants.dlopen;
if (how === "deepbind") process.dlopen(addon, file, RTLD_NOW | RTLD_DEEPBIND);
else addon.exports = require(file);

const scenarios = ["count:n=2000,size=20", "stall:at=middle", "slow:delay_ms=1,bytes=50", "single", "echo"];

// Each answer starts another question.
function ask(number) {
  const scenario = scenarios[number % scenarios.length];
  addon.exports.ask(`#scenario ${scenario}\nHello`, (piece) => {
    if (piece === null) setImmediate(ask, number);
  });
}

for (let number = 0; number < Number(chats); number++) ask(number);
setTimeout(() => process.exit(Number(status)), Number(milliseconds));
