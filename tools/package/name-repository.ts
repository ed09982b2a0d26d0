import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../paths.ts";

/**
 * Writes the address of the repository into the package.json files, for a release. npm compares it with the provenance,
 * and the CLI finds newer versions there. It depends on where the repository is, so it is not committed.
 */
const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
if (!server || !repository) throw new Error("Set GITHUB_SERVER_URL and GITHUB_REPOSITORY, as GitHub Actions does.");
const address = `${server}/${repository}`;
for (const name of ["cli", "sdk", "server"]) {
  const path = join(repositoryRoot, "packages", name, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  manifest.repository = { type: "git", url: `git+${address}.git`, directory: `packages/${name}` };
  if (name === "cli") manifest.briksync.releaseAddress = `${address}/releases/latest/download/latest.json`;
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
