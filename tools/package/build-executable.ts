import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { addonAsset } from "../../packages/cli/src/program/embedded-library.ts";
import { repositoryRoot } from "../paths.ts";
import { type BundledPackage, listBundledPackages } from "./bundled-packages.ts";
import { fetchNode } from "./fetch-node.ts";
import { nameProgram, nodeVersion, type Platform } from "./platforms.ts";
import { cacheDirectory, runTool } from "./run-tool.ts";

/**
 * Keeps the seed of V8's hash tables that Node was built with. Compiled code depends on the seed, so a fixed one makes
 * two builds identical, and Node starts faster. The executable runs with it as well, because V8 otherwise refuses the
 * compiled code.
 */
const fixedSeed = "--no-rehash-snapshot";

/**
 * Leaves out the external editor of inquirer, which contains the tables of all encodings. No prompt opens an editor.
 */
const dropEditor: Plugin = {
  name: "drop-editor",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@inquirer\/external-editor$/ }, ({ path }) => ({ path, namespace: "unused" }));
    onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "module.exports = {};" }));
  },
};

/** The CLI as one file of CommonJS, and the npm packages in it. */
export interface CliBundle {
  readonly text: string;
  readonly packages: readonly BundledPackage[];
}

/** Bundles the CLI. The lines stay short, because an uncaught error prints one. */
export async function bundleCli(): Promise<CliBundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(repositoryRoot, "packages/cli/src/program/executable.ts")],
    absWorkingDir: repositoryRoot,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "cjs",
    target: `node${nodeVersion}`,
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 200,
    legalComments: "none",
    external: ["@napi-rs/keyring"],
    plugins: [dropEditor],
    logLevel: "error",
  });
  return { text: outputFiles[0]?.text ?? "", packages: listBundledPackages(metafile) };
}

/** Returns the path of the keychain's addon for a platform, as installed in this repository. */
function findAddon({ addonPackage }: Platform): string {
  const requireFromCli = createRequire(join(repositoryRoot, "packages/cli/package.json"));
  return createRequire(requireFromCli.resolve("@napi-rs/keyring")).resolve(addonPackage);
}

/**
 * Builds the single executable of this machine's platform. It contains Node, the CLI with its compiled code, and the
 * keychain's addon. The same sources give the same bytes, in any directory.
 */
export async function buildExecutable(platform: Platform, output: string): Promise<void> {
  const node = await fetchNode(platform);
  const folder = mkdtempSync(join(tmpdir(), "briksync-executable-"));
  try {
    const base = join(folder, "node");
    // Without the symbols of Node, the file is a quarter smaller.
    if (platform.os === "linux") runTool("strip", ["-o", base, node]);
    else copyFileSync(node, base);
    if (platform.os === "darwin") runTool("codesign", ["--remove-signature", base]);
    copyFileSync(findAddon(platform), join(folder, addonAsset));
    await writeFile(join(folder, "briksync.cjs"), (await bundleCli()).text);
    // All paths are relative, because Node writes them into the executable.
    const config = {
      main: "briksync.cjs",
      executable: "node",
      output: nameProgram(platform),
      assets: { [addonAsset]: addonAsset },
      useCodeCache: true,
      disableExperimentalSEAWarning: true,
      execArgv: [fixedSeed],
      // NODE_OPTIONS of the user must not load other code into the program.
      execArgvExtension: "none",
    };
    await writeFile(join(folder, "sea.json"), JSON.stringify(config));
    runTool(node, [fixedSeed, "--build-sea", "sea.json"], { cwd: folder, env: { NODE_OPTIONS: "" } });
    const built = join(folder, nameProgram(platform));
    if (platform.os === "darwin") runTool("codesign", ["--sign", "-", built]);
    mkdirSync(dirname(output), { recursive: true });
    copyFileSync(built, `${output}.${process.pid}`);
    chmodSync(`${output}.${process.pid}`, 0o755);
    renameSync(`${output}.${process.pid}`, output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns the executable of this machine's platform. Builds it only if its sources changed since the last build. */
export async function provideExecutable(platform: Platform): Promise<string> {
  const { text } = await bundleCli();
  const digest = createHash("sha256")
    .update(text)
    .update(readFileSync(new URL(import.meta.url)))
    .update(readFileSync(findAddon(platform)))
    .digest("hex");
  const path = join(cacheDirectory, `executable-${digest.slice(0, 16)}`, nameProgram(platform));
  if (!existsSync(path)) await buildExecutable(platform, path);
  return path;
}
