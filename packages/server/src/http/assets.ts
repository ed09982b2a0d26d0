import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

/** A file that browsers load, in memory. */
export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzipped: Buffer;
}

/** The files of the pages, by path. A path contains a hash of the content, so that browsers can keep it forever. */
export interface Assets {
  readonly files: ReadonlyMap<string, Asset>;
  /** Paths of what the settings page loads, and of the custom element. Null if the dashboard was not built. */
  readonly dashboard: { readonly script: string; readonly styles: readonly string[]; readonly element: string } | null;
  /** Path of the stylesheet of the pages that work without script. */
  readonly plainStyle: string;
  /** Path of the icon of all pages. */
  readonly icon: string;
}

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

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
  const add = (name: string, extension: string, text: string): string => {
    const hash = createHash("sha256").update(text).digest("base64url").slice(0, 8);
    const path = `/assets/${name}-${hash}${extension}`;
    files.set(path, createAsset(extension, Buffer.from(text)));
    return path;
  };
  const paths = { plainStyle: add("plain", ".css", own.plainStyle), icon: add("icon", ".svg", own.icon) };
  if (directory === undefined) return { files, dashboard: null, ...paths };
  for (const name of readdirSync(join(directory, "assets"))) {
    if (types[extname(name)] === undefined) continue;
    files.set(`/assets/${name}`, createAsset(extname(name), readFileSync(join(directory, "assets", name))));
  }
  const manifest = JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8")) as Readonly<
    Record<string, ManifestEntry>
  >;
  const [page, element] = [manifest["src/page.ts"], manifest["src/element.ts"]];
  if (page === undefined || element === undefined) throw new Error(`${directory} lacks the entries of the dashboard`);
  const styles = (page.css ?? []).map((path) => `/${path}`);
  return { files, dashboard: { script: `/${page.file}`, styles, element: `/${element.file}` }, ...paths };
}

/** Returns the directory of the built dashboard: in the package of the server. Undefined if it was not built. */
export function findDashboard(): string | undefined {
  // From the built server, and from its sources.
  const candidates = ["dashboard", "../../dist/dashboard"].map((path) => join(import.meta.dirname, path));
  return candidates.find((path) => existsSync(join(path, "manifest.json")));
}

function createAsset(extension: string, bytes: Buffer): Asset {
  return { type: types[extension] ?? "application/octet-stream", bytes, gzipped: gzipSync(bytes, { level: 9 }) };
}
