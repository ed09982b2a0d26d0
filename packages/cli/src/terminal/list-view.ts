import { CliError } from "../errors/cli-error.ts";
import { findNearestNames } from "../text/names.ts";
import { type ListColumn, type ListLayout, readText } from "./print-list.ts";

/** The options that select what a list shows: `--search`, `--sort`, `--limit` and `--fields`. */
export interface ListViewOptions {
  readonly search?: string;
  readonly sort?: string;
  readonly limit?: number;
  readonly fields?: string;
}

/** The checked form of {@link ListViewOptions}. */
export interface ListView {
  /** Lower-case words. A row must contain all of them. */
  readonly words: readonly string[];
  readonly sort?: { readonly field: string; readonly isDescending: boolean };
  readonly limit?: number;
  readonly fields?: readonly string[];
}

type Columns = readonly Pick<ListColumn<never>, "field">[];

/** Checks the options. Throws USAGE, with the known fields, for a field that no column has. */
export function readListView({ search, sort, limit, fields }: ListViewOptions, columns: Columns): ListView {
  const known = columns.map(({ field }) => field);
  const chosen = fields?.split(",").map((field) => findField(field.trim(), known, "--fields"));
  const [, sortField = "", direction = "asc"] = /^([^:]*)(?::(.*))?$/s.exec(sort ?? "") ?? [];
  if (direction !== "asc" && direction !== "desc") {
    throw new CliError("USAGE", `--sort ${JSON.stringify(sort)} does not end with :asc or :desc.`, {
      hint: `Pass a field, such as ${known[0]}, or a field with its direction: ${known[0]}:desc`,
    });
  }
  return {
    words: (search ?? "").toLowerCase().split(/\s+/).filter(Boolean),
    ...(sort !== undefined && {
      sort: { field: findField(sortField.trim(), known, "--sort"), isDescending: direction === "desc" },
    }),
    ...(limit !== undefined && { limit }),
    ...(chosen !== undefined && { fields: [...new Set(chosen)] }),
  };
}

function findField(name: string, known: readonly string[], option: string): string {
  const found = known.find((field) => field.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const [nearest] = findNearestNames(name, known, 1);
  throw new CliError("USAGE", `${option} names an unknown field: ${JSON.stringify(name)}.`, {
    hint: `${nearest === undefined ? "" : `Did you mean ${nearest}? `}The fields are: ${known.join(", ")}.`,
  });
}

type Columned<Row> = Pick<ListLayout<Row>, "columns">;

/** Returns whether a row contains all words of the search, in any of the columns that are searched. */
export function matchesSearch<Row>(row: Row, layout: Columned<Row>, { words }: ListView): boolean {
  if (words.length === 0) return true;
  const text = layout.columns
    .filter((column) => column.isSearched === true)
    .map((column) => readText(column, row))
    .join("\n")
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Searches, sorts and limits rows, in this order. `total` is the number of rows without the limit. */
export function selectRows<Row>(rows: readonly Row[], layout: Columned<Row>, view: ListView) {
  const found = rows.filter((row) => matchesSearch(row, layout, view));
  const sorted = sortRows(found, layout, view);
  return { rows: sorted.slice(0, view.limit), total: found.length };
}

// Rows without a value come first, because a key that was never used has been unused for the longest time.
function sortRows<Row>(rows: readonly Row[], { columns }: Columned<Row>, { sort }: ListView): readonly Row[] {
  const column = columns.find(({ field }) => field === sort?.field);
  if (sort === undefined || column === undefined) return rows;
  const { compare } = new Intl.Collator("en", { numeric: true });
  const sign = sort.isDescending ? -1 : 1;
  return rows
    .map((row) => ({ row, text: readText(column, row) }))
    .sort((a, b) => sign * compare(a.text, b.text))
    .map(({ row }) => row);
}
