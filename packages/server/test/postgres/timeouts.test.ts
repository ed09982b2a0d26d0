import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { openTransfer } from "../../src/store/open-store.ts";
import { useTestDatabase } from "../support/lifetimes.ts";

it("S-52 export and import may idle in their transaction for as long as the other end of the pipe needs", async () => {
  const { env } = await useTestDatabase();
  const transfer = await openTransfer(parseConfig(env).database);
  onTestFinished(() => transfer.close());
  const { rows } = await sql`show idle_in_transaction_session_timeout`.execute(transfer.db);
  expect(rows).toEqual([{ idleInTransactionSessionTimeout: "0" }]);
});
