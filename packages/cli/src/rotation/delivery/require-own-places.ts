import type { ApiKey } from "@briksync/sdk";
import { CliError } from "../../errors/cli-error.ts";
import { fillPlaceholders } from "../../sinks/placeholders.ts";

/**
 * Throws USAGE if several keys would be written to the same destination. Commands are exempt, because they get the key
 * in their environment.
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
