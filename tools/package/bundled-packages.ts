import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { repositoryRoot } from "../paths.ts";

/** An npm package whose code is in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly licenseText: string;
}

/** Returns the npm packages in a bundle. The path of an input contains `node_modules/<package>/`. */
export function listBundledPackages({ inputs }: Metafile): readonly BundledPackage[] {
  const folders = new Set<string>();
  for (const path of Object.keys(inputs)) {
    const match = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path);
    if (match !== null) folders.add(match[0]);
    // The SDK contains its part of undici.
    if (path.endsWith("sdk/dist/undici.js")) folders.add("packages/sdk/node_modules/undici");
  }
  return [...folders].sort().map((folder) => readPackage(join(repositoryRoot, folder)));
}

/** Returns the license texts of packages as one text. */
export function formatLicenses(packages: readonly Pick<BundledPackage, "name" | "license" | "licenseText">[]): string {
  const rule = "=".repeat(80);
  return packages
    .map(({ name, license, licenseText }) => `${rule}\n${name} (${license})\n\n${licenseText.trim()}\n\n`)
    .join("");
}

function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)(\.|$)/i.test(each));
  return { name, version, license, licenseText: file === undefined ? "" : readFileSync(join(folder, file), "utf8") };
}
