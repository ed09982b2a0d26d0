import { InvalidArgumentError } from "commander";
import type { Privilege } from "../../domain/access.ts";

const roles = ["super-admin", "admin", "member"] as const;

/** Returns the name of a role on the command line. */
export function nameRole(privilege: Privilege): string {
  return roles[privilege - 1] ?? String(privilege);
}

/** Parses a role by name or number, for commander. */
export function parseRole(text: string): Privilege {
  const index = roles.findIndex((role, place) => role === text.toLowerCase() || String(place + 1) === text);
  if (index !== -1) return (index + 1) as Privilege;
  throw new InvalidArgumentError(`Allowed choices are ${roles.join(", ")} (or 1, 2, 3).`);
}
