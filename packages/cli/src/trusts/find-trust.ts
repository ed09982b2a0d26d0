import { isApiError, type Trust } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { findNearestNames, toNameKey } from "../text/names.ts";

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Access to entries with an ID and a name, and their words for messages. */
interface NamedEntries<Item> {
  /** The word for one entry in messages, such as `trust`. */
  readonly one: string;
  /** The command that lists all entries. */
  readonly listCommand: string;
  get(id: string): Promise<Item>;
  list(): Promise<readonly Item[]>;
}

/** Returns the trust with this ID or unique name. Throws AMBIGUOUS with the candidates, or NOT_FOUND. */
export async function findTrust(context: Context, text: string): Promise<Trust> {
  const { signal } = context;
  const { trusts } = await context.client();
  return findNamed(text, {
    one: "trust",
    listCommand: "briksync trust list",
    get: (id) => trusts.get(id, { signal }),
    list: () => trusts.list({ signal }),
  });
}

/**
 * Returns the entry with this ID or unique name. Throws AMBIGUOUS with the candidates, or NOT_FOUND with the nearest
 * names.
 */
export async function findNamed<Item extends { readonly id: string; readonly name: string }>(
  text: string,
  { one, listCommand, get, list }: NamedEntries<Item>,
): Promise<Item> {
  const id = text.trim().toLowerCase();
  if (uuidPattern.test(id)) {
    try {
      return await get(id);
    } catch (error) {
      if (!isApiError(error, "NOT_FOUND") || error.feature !== undefined) throw error;
    }
  }
  const items = await list();
  const named = items.filter(({ name }) => toNameKey(name) === toNameKey(text));
  const [found] = named;
  if (found === undefined) {
    const nearest = findNearestNames(
      text,
      items.map(({ name }) => name),
    );
    throw new CliError("NOT_FOUND", `No ${one} has the name or ID "${text}".`, {
      details: nearest,
      hint: `${nearest.length > 0 ? "Did you mean one of these? " : ""}To list all, run: ${listCommand}`,
    });
  }
  if (named.length === 1) return found;
  throw new CliError("AMBIGUOUS", `${named.length} ${one}s are named "${text}".`, {
    details: named.map(({ name, id }) => `${name}  ${id}`),
    hint: `Use the ID of the ${one} instead of its name.`,
  });
}
