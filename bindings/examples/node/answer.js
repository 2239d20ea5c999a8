// answer.js - Node.js, by the addon beside it (see sparkchat.c for how to build that).
//
//   node answer.js "Hello" "Tell me a long story"
//
// Answers the first question, and cancels the second.
"use strict";
const os = require("node:os");
const path = require("node:path");

// Node offers its OpenSSL to addons, and a library that wants the system's would get Node's instead.
// RTLD_DEEPBIND gives it its own. A plain require() works as well, as long as Node has all that the
// library needs: an OpenSSL 3, and not the BoringSSL of Electron, say.
function load() {
  const addon = { exports: {} };
  const { RTLD_NOW, RTLD_DEEPBIND } = os.constants.dlopen;
  const file = process.env.SPARKCHAT_ADDON ?? path.join(__dirname, "sparkchat.node");
  process.dlopen(addon, file, RTLD_NOW | RTLD_DEEPBIND);
  return addon.exports;
}

const CANCELLED = -60;

// Pieces go to `onPiece`, with a function that cancels. Resolves with how the answer ended.
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
