import type { ApiKey } from "@briksync/sdk";
import { CliError } from "../../errors/cli-error.ts";
import { fillPlaceholders } from "../../sinks/placeholders.ts";

/**
 * Throws USAGE where several keys would be written to one place, each over the one before. A command is no place: it finds the key in its
 * environment.
 */
export function requireOwnPlaces(specs: readonly string[], keys: readonly ApiKey[]): void {
  for (const spec of specs) {
    if (spec.startsWith("exec:")) continue;
    const places = keys.map(({ id, name, clientId }) => fillPlaceholders(spec, { id, name, clientId }, () => null));
    const index = places.findIndex((place, at) => places.indexOf(place) !== at);
    if (index === -1) continue;
    const [first, second] = [keys[places.indexOf(places[index] ?? null)], keys[index]];
    throw new CliError(
      "USAGE",
      `${JSON.stringify(spec)} is the same destination for several keys: "${first?.name}" and "${second?.name}".`,
      {
        hint: "Add {clientId}, {id} or {name} to the destination.",
      },
    );
  }
}
