import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of recipes that users copy. */
export const recipesPath = fileURLToPath(new URL("../../../../docs/deploy", import.meta.url));

/** Returns the unchanged text of a recipe. */
export function readRecipe(name: string): string {
  return readFileSync(join(recipesPath, name), "utf8");
}

/**
 * Returns the recipe with the changes that a user makes. Each key is replaced with its value wherever it occurs. Throws
 * for a key that is not in the recipe, so that a test never runs an unexpected configuration.
 */
export function adaptRecipe(name: string, changes: Readonly<Record<string, string>>): string {
  let text = readRecipe(name);
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`${name} has no ${JSON.stringify(from)}`);
    text = text.replaceAll(from, to);
  }
  return text;
}
