import { fileURLToPath } from "node:url";

/** The root folder of the repository. */
export const repositoryRoot = fileURLToPath(new URL("..", import.meta.url));

/** The built CLI. */
export const cliEntry = fileURLToPath(new URL("../packages/cli/dist/bin.js", import.meta.url));

/** The built server. */
export const serverEntry = fileURLToPath(new URL("../packages/server/dist/main.js", import.meta.url));
