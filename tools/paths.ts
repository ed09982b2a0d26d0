import { fileURLToPath } from "node:url";

/** The repository, wherever it was cloned to. */
export const repositoryRoot = fileURLToPath(new URL("..", import.meta.url));

/** The built command line tool. */
export const cliEntry = fileURLToPath(new URL("../packages/cli/dist/bin.js", import.meta.url));

/** The built server. */
export const serverEntry = fileURLToPath(new URL("../packages/server/dist/main.js", import.meta.url));
