// answer.js - Node.js with the addon in this folder (sparkchat.c says how to build it).
//
//   node answer.js "Hello" "Tell me a long story"
//
// Answers the first question, and cancels the second.
"use strict";
const os = require("node:os");
const path = require("node:path");

// Node exposes its OpenSSL to addons, so a library that needs the system's would get Node's instead.
// RTLD_DEEPBIND gives it the system's. A plain require() works if Node has what the library needs:
// OpenSSL 3, and not BoringSSL as in Electron.
function load() {
  const addon = { exports: {} };
  const { RTLD_NOW, RTLD_DEEPBIND } = os.constants.dlopen;
  const file = process.env.SPARKCHAT_ADDON ?? path.join(__dirname, "sparkchat.node");
  process.dlopen(addon, file, RTLD_NOW | RTLD_DEEPBIND);
  return addon.exports;
}

const CANCELLED = -60;

// Calls `onPiece` with each piece and a function that cancels. Resolves with how the answer ended.
function show(ask, question, onPiece) {
  return new Promise((resolve, reject) => {
    const cancel = ask(question, (piece, status, error) => {
      if (piece !== null) onPiece(piece, cancel);
      else if (status >= 0) resolve("\n");
      else if (status === CANCELLED) resolve("\n(cancelled)\n");
      else reject(error);
    });
  });
}

async function main([first = "Hello", second = "Tell me a long story"]) {
  const { ask } = load();
  const write = (piece) => process.stdout.write(piece);
  write(await show(ask, first, write));
  const end = await show(ask, second, (piece, cancel) => {
    write(piece);
    cancel();
  });
  write(end);
}

main(process.argv.slice(2)).catch((failure) => {
  console.error(`error: ${failure.message}`);
  process.exitCode = 1;
});
