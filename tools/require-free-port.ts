import { createServer } from "node:net";

/**
 * Ends with exit code 1 if another program listens on the port of `pnpm start`. It runs before the build, because a
 * build disturbs the CLI of a server that was started before.
 */
const port = Number(process.env["PORT"] || 4870);
const server = createServer();
server.once("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EADDRINUSE") throw error;
  console.error(`Another program listens on port ${port}, perhaps an earlier start. To use another port, run:

  PORT=${port + 1} npx -y -p node@24 -p pnpm@12 pnpm start
`);
  process.exitCode = 1;
});
server.listen(port, "127.0.0.1", () => server.close());
