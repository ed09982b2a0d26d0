import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runServerCommand, startLocalServer } from "./local-server.ts";
import { cliEntry, repositoryRoot } from "./paths.ts";

/**
 * `pnpm start`: runs a server for development. Its database is in `.briksync/`. The first start creates an admin and
 * prints the password once.
 */
const folder = join(repositoryRoot, ".briksync");
const marker = join(folder, "admin.json");
const env = { DATABASE_URL: `sqlite:${join(folder, "briksync.db")}` };
const email = "admin@localhost";

mkdirSync(folder, { recursive: true, mode: 0o700 });
if (!existsSync(marker)) {
  const created = JSON.parse(
    await runServerCommand(
      [
        "admin",
        "create",
        "--email",
        email,
        "--first-name",
        "Local",
        "--last-name",
        "Admin",
        "--company",
        "Local",
        "--json",
      ],
      env,
    ),
  );
  console.log(`First admin of this database: ${email}`);
  if (typeof created.password === "string") console.log(`Password, shown only now:     ${created.password}\n`);
  writeFileSync(marker, `${JSON.stringify({ email, userId: created.userId })}\n`, { mode: 0o600 });
} else {
  console.log(`The first start printed the password of ${email}.`);
}

// A program works in completion, xargs and scripts, where an alias does not. It starts without npx.
const binFolder = join(folder, "bin");
const program = join(binFolder, "briksync");
mkdirSync(binFolder, { recursive: true });
writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${cliEntry}" "$@"\n`, { mode: 0o755 });

const server = await startLocalServer(env, (line) => console.log(line)).catch((error: Error) => {
  console.error(`${error.message}.`);
  process.exit(1);
});
console.log(`
The server runs at ${server.url} until you press Ctrl-C. Its data is in .briksync/. To start again with an empty database,
delete that folder.

To manage API keys in the browser, open ${server.url}/settings/api-access
In another terminal, run:

  export PATH="${binFolder}:$PATH"
  export BRIKSYNC_SERVER=${server.url}
  briksync login --email ${email}
`);
// Ctrl-C also reaches the server, which then drains. The second listener is for a plain `kill`.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => void server.stop());
process.exitCode = (await server.ended) ?? 1;
