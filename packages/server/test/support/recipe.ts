import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of recipes that users copy. */
export const recipesPath = fileURLToPath(new URL("../../../../docs/deploy", import.meta.url));

/** The text of a recipe, as it is. */
export function readRecipe(name: string): string {
  return readFileSync(join(recipesPath, name), "utf8");
}

/**
 * The recipe with only the lines changed that a user adapts: each text on the left, wherever it stands, becomes the one on the
 * right. Throws for one that the recipe does not have, so that a test never runs something else than it says.
 */
export function adaptRecipe(name: string, changes: Readonly<Record<string, string>>): string {
  let text = readRecipe(name);
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`${name} has no ${JSON.stringify(from)}`);
    text = text.replaceAll(from, to);
  }
  return text;
}
