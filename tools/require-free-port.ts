import { createServer } from "node:net";

/**
 * Ends with exit code 1 if another program listens on the port of `pnpm start`. It runs before the build, because a
 * build disturbs the CLI of a server that was started before.
 */
const port = Number(process.env["PORT"] || 4870);
const server = createServer();
server.once("error", (error: NodeJS.ErrnoException) => {
  // The server itself explains all other problems.
  if (error.code !== "EADDRINUSE") return;
  console.error(`Another program listens on port ${port}, perhaps an earlier start. To use another port, run:

  PORT=${port + 1} npx -y -p node@24 -p pnpm@12 pnpm start
`);
  process.exitCode = 1;
});
const isPort = Number.isInteger(port) && port >= 0 && port <= 65_535;
if (isPort) server.listen(port, process.env["HOST"] || "127.0.0.1", () => server.close());
