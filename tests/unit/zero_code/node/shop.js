// A shop that knows nothing of telemetry, in two processes.
const cluster = require("node:cluster");
const express = require("express");

if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
  process.once("SIGTERM", () => cluster.disconnect(() => process.exit(0)));
} else {
  const app = express();
  app.get("/health", (_, answer) => answer.send("ok"));
  app.get("/orders/:number", (request, answer) => {
    answer.json({ order: Number(request.params.number), process: process.pid });
  });
  app.listen(Number(process.env.PORT), "127.0.0.1");
}
