import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

/** A file that browsers load, in memory. */
export class Asset {
  readonly type: string;
  readonly bytes: Buffer;
  #gzipped: Buffer | undefined;

  constructor(type: string, content: Buffer | string) {
    this.type = type;
    this.bytes = Buffer.from(content);
  }

  /** The compressed bytes. They are computed for the first browser, so that the server starts faster. */
  get gzipped(): Buffer {
    this.#gzipped ??= gzipSync(this.bytes, { level: 9 });
    return this.#gzipped;
  }
}

/** The files of the pages, by path. A path contains a hash of the content, so that browsers can keep it forever. */
export interface Assets {
  readonly files: ReadonlyMap<string, Asset>;
  /** Null if the dashboard was not built. */
  readonly dashboard: {
    /** Paths of the files that the settings page loads. */
    readonly script: string;
    readonly styles: readonly string[];
    /** A script for pages of other origins, which loads the custom element. */
    readonly elementLoader: Asset;
  } | null;
  /** Path of the stylesheet of the pages that work without script. */
  readonly plainStyle: string;
  /** Path of the icon of all pages. */
  readonly icon: string;
}

const script = "text/javascript; charset=utf-8";
const stylesheet = "text/css; charset=utf-8";
const types: ReadonlyMap<string, string> = new Map([
  [".js", script],
  [".css", stylesheet],
]);

/** An entry of Vite's manifest. */
interface ManifestEntry {
  readonly file: string;
  readonly css?: readonly string[];
}

/** Loads the built dashboard from `directory`, and adds the files of all pages. */
export function loadAssets(
  directory: string | undefined,
  own: { readonly plainStyle: string; readonly icon: string },
): Assets {
  const files = new Map<string, Asset>();
  const add = (name: string, asset: Asset): string => {
    const hash = createHash("sha256").update(asset.bytes).digest("base64url").slice(0, 8);
    const path = `/assets/${hash}-${name}`;
    files.set(path, asset);
    return path;
  };
  const plainStyle = add("plain.css", new Asset(stylesheet, own.plainStyle));
  const icon = add("icon.svg", new Asset("image/svg+xml", own.icon));
  if (directory === undefined) return { files, dashboard: null, plainStyle, icon };
  for (const name of readdirSync(join(directory, "assets"))) {
    const type = types.get(extname(name));
    if (type !== undefined)
      files.set(`/assets/${name}`, new Asset(type, readFileSync(join(directory, "assets", name))));
  }
  const manifest = JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8")) as Readonly<
    Record<string, ManifestEntry>
  >;
  const [page, element] = [manifest["src/page.ts"], manifest["src/element.ts"]];
  if (page === undefined || element === undefined) throw new Error(`${directory} lacks the entries of the dashboard`);
  const dashboard = {
    script: `/${page.file}`,
    styles: (page.css ?? []).map((path) => `/${path}`),
    elementLoader: new Asset(script, `import "./${element.file}";\n`),
  };
  return { files, dashboard, plainStyle, icon };
}

/** Returns the directory of the built dashboard in the package of the server. Undefined if it was not built. */
export function findDashboard(): string | undefined {
  // The first path is for the built server, and the second for its sources.
  const candidates = ["dashboard", "../../dist/dashboard"].map((path) => join(import.meta.dirname, path));
  return candidates.find((path) => existsSync(join(path, "manifest.json")));
}
