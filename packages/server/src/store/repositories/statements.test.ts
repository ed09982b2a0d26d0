import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { expect, it } from "vitest";
import type { Tables } from "../tables.ts";
import { remove, select, update } from "./statements.ts";

const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (each) => new SqliteIntrospector(each),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});
const changes = { revokedOn: "2026-01-01T00:00:00.000Z" };

it.each([
  ["no value", {}],
  ["a missing value", { id: undefined }],
  ["a missing value among others", { userId: "user-1", id: undefined }],
])("never applies a statement to all rows because its condition has %s", (_, match) => {
  const wrong = match as { readonly id: string };
  expect(() => select(db, "sessions", wrong)).toThrow("lacks a value");
  expect(() => update(db, "sessions", wrong, changes)).toThrow("lacks a value");
  expect(() => remove(db, "sessions", wrong)).toThrow("lacks a value");
});

it("matches null as a value", () => {
  expect(select(db, "sessions", { id: "session-1", revokedOn: null }).compile().sql).toMatch(
    / where \("id" = \? and "revokedOn" is null\)$/,
  );
});
