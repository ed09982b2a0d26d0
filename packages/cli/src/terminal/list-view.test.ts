import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readListView, selectRows } from "./list-view.ts";
import type { ListColumn } from "./print-list.ts";

interface Row {
  readonly name: string;
  readonly used: string | null;
}
const columns: readonly ListColumn<Row>[] = [
  { header: "NAME", field: "name", value: ({ name }) => name, isSearched: true },
  { header: "USED", field: "used", value: ({ used }) => used },
];
const rows: readonly Row[] = [
  { name: "Key 10", used: "2026-02-01" },
  { name: "key 9", used: null },
  { name: "Other", used: "2026-01-01" },
];

function list(options: Parameters<typeof readListView>[0]): readonly string[] {
  return selectRows(rows, { columns }, readListView(options, columns)).rows.map(({ name }) => name);
}

describe("selectRows", () => {
  it("searches for all words in any order, ignoring letter case", () => {
    expect(list({ search: "KEY" })).toEqual(["Key 10", "key 9"]);
    expect(list({ search: "9 key" })).toEqual(["key 9"]);
    expect(list({ search: "2026" })).toEqual([]);
    expect(list({ search: "  " })).toHaveLength(3);
  });

  it("sorts numbers in texts by value, and missing values first", () => {
    expect(list({ sort: "name" })).toEqual(["key 9", "Key 10", "Other"]);
    expect(list({ sort: "used" })).toEqual(["key 9", "Other", "Key 10"]);
    expect(list({ sort: "USED:desc", limit: 1 })).toEqual(["Key 10"]);
  });

  it("only reorders rows, and counts them before the limit", () => {
    const anyRows = fc.array(fc.record({ name: fc.string(), used: fc.option(fc.string()) }));
    fc.assert(
      fc.property(anyRows, fc.constantFrom("name", "used:desc"), fc.nat({ max: 20 }), (many, sort, limit) => {
        const whole = selectRows(many, { columns }, readListView({ sort }, columns));
        expect(new Set(whole.rows)).toEqual(new Set(many));
        const cut = selectRows(many, { columns }, readListView({ sort, limit }, columns));
        expect(cut).toEqual({ rows: whole.rows.slice(0, limit), total: many.length });
      }),
    );
  });
});
