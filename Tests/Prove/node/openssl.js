// openssl.js - uses Node's own OpenSSL and the library's at the same time.
//
//   node openssl.js sparkchat.node RTLD_DEEPBIND    (or anything else, for a plain require)
"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const tls = require("node:tls");

function load(file, how) {
  if (how !== "RTLD_DEEPBIND") return require(path.resolve(file));
  const addon = { exports: {} };
  const { RTLD_NOW, RTLD_DEEPBIND } = os.constants.dlopen;
  process.dlopen(addon, path.resolve(file), RTLD_NOW | RTLD_DEEPBIND);
  return addon.exports;
}

// With the library.
function answer(ask, question) {
  return new Promise((resolve, reject) => {
    let text = "";
    ask(question, (piece, status, error) => {
      if (piece !== null) text += piece;
      else if (status >= 0) resolve(text);
      else reject(error);
    });
  });
}

// With Node.
function version({ hostname, port }) {
  const options = { host: hostname, servername: hostname, port };
  options.ca = fs.readFileSync(process.env.SSL_CERT_FILE);
  return new Promise((resolve, reject) => {
    const socket = tls.connect(options, () => {
      resolve(socket.getProtocol());
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

const { ask } = load(process.argv[2], process.argv[3]);
const url = new URL(process.env.IFLYTEK_SPARK_API_URL.replace(/^ws/, "http"));
Promise.all([answer(ask, "Hello"), version(url)]).then(([text, protocol]) => {
  const digest = crypto.createHash("sha256").update("abc").digest("hex").slice(0, 8);
  console.log(`${text}\n${protocol} ${digest}`);
});
