import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRawAsset } from "node:sea";
import type { KeyringLibrary } from "../keychain/serve-keychain.ts";

/** The name of the addon among the assets of the single executable. */
export const addonAsset = "keyring.node";

/**
 * Loads the keychain's native addon, which is an asset of the single executable. The system loads addons only from
 * files. So the addon is written to a new directory that only this user can enter, and removed after it is loaded.
 */
export function loadEmbeddedLibrary(): KeyringLibrary {
  const directory = mkdtempSync(join(tmpdir(), "briksync-"));
  try {
    const file = join(directory, addonAsset);
    writeFileSync(file, Buffer.from(getRawAsset(addonAsset)), { mode: 0o700 });
    const library = { exports: {} as KeyringLibrary };
    process.dlopen(library, file);
    return library.exports;
  } finally {
    // Windows keeps the file of a loaded addon open.
    try {
      rmSync(directory, { recursive: true });
    } catch {}
  }
}
