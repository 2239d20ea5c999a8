// workers.js - the addon in the main thread and in worker threads, each with a client of its own.
"use strict";
const { Worker, isMainThread } = require("node:worker_threads");
const { ask } = require("./sparkchat.node");

ask("Hello", (piece, status, error) => {
  if (piece === null) console.log(isMainThread ? "main" : "worker", status, error?.message);
});
if (isMainThread) {
  for (let i = 0; i < 3; i++) new Worker(__filename);
  // Still waits when the worker ends, which cancels the answer.
  new Worker('require("./sparkchat.node").ask("#scenario stall", () => {}); process.exit()', {
    eval: true,
  });
}
