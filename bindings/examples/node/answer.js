// answer.js - Node.js, by the addon beside it (see sparkchat.c for how to build that).
//
//   node answer.js "Hello" "Tell me a long story"
//
// Answers the first question, and cancels the second. Node carries an OpenSSL of its own inside, which
// connects to the same server and hashes meanwhile, to show that the two do not meet.
"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const tls = require("node:tls");

// Node offers its OpenSSL to addons, and a library that wants the system's would get Node's instead.
// RTLD_DEEPBIND gives it its own. A plain require() works as well, as long as Node has all that the
// library needs: an OpenSSL 3, and not the BoringSSL of Electron, say.
const addon = { exports: {} };
const { RTLD_NOW, RTLD_DEEPBIND } = os.constants.dlopen;
process.dlopen(
  addon,
  process.env.SPARKCHAT_ADDON ?? path.join(__dirname, "sparkchat.node"),
  RTLD_NOW | RTLD_DEEPBIND,
);
const { ask } = addon.exports;

const CANCELLED = -60;
const questions = process.argv.slice(2);

// Pieces go to `onPiece`, with a function that cancels. Resolves with how the answer ended.
function show(question, onPiece) {
  return new Promise((resolve, reject) => {
    const cancel = ask(question, (piece, status, message) => {
      if (piece !== null) onPiece(piece, cancel);
      else if (status >= 0) resolve("complete");
      else if (status === CANCELLED) resolve("cancelled");
      else reject(new Error(message));
    });
  });
}

// A TLS connection of Node's own, which resolves with the version agreed upon.
function connect(address) {
  const { hostname, port } = new URL(address.replace(/^ws/, "http"));
  const ca = process.env.SSL_CERT_FILE && fs.readFileSync(process.env.SSL_CERT_FILE);
  return new Promise((resolve, reject) => {
    const options = { host: hostname, servername: hostname, port: port || 443, ca };
    const socket = tls.connect(options, () => {
      resolve(socket.getProtocol());
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

async function main() {
  const address = process.env.IFLYTEK_SPARK_API_URL ?? "wss://spark-api.xf-yun.com/v3.5/chat";
  const write = (piece) => process.stdout.write(piece);
  const [, version] = await Promise.all([show(questions[0] ?? "Hello", write), connect(address)]);
  const digest = crypto.createHash("sha256").update("abc").digest("hex").slice(0, 8);
  console.log(`\n(Node's own OpenSSL ${process.versions.openssl}: ${version}, sha256 ${digest})`);
  const how = await show(questions[1] ?? "Tell me a long story", (piece, cancel) => {
    write(piece);
    cancel();
  });
  console.log(`\n(${how})`);
}

main().catch((failure) => {
  console.error(`error: ${failure.message}`);
  process.exitCode = 1;
});
