import { expect, it } from "vitest";
import type { Call } from "../../src/domain/access.ts";
import { renameKey } from "../../src/domain/keys/rename-key.ts";
import { createTestKey } from "../support/keys.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";

const server = useServer();
const admin = useAdmin(server);

it("S-60 of parallel changes of a key, each event names what the previous one left", async () => {
  const { id } = await createTestKey(server, admin.token, { name: "0" });
  const call: Call = {
    actor: {
      kind: "user",
      userId: admin.userId,
      email: admin.email,
      mustChangePassword: false,
      sessionId: "x",
      companyId: admin.companyId,
      companyName: admin.companyName,
      plan: "BUSINESS",
      privilege: 1,
    },
    origin: { ip: null, requestId: null },
  };
  // Calls over HTTP of one session overlap too little.
  await Promise.all(Array.from({ length: 10 }, (_, index) => renameKey(server.deps, call, id, `${index + 1}`)));
  const rows = await server.database.query(
    "select details from audit_events where action = 'key.renamed' order by seq",
  );
  const names = rows.map(({ details }) => JSON.parse(String(details)));
  expect(names).toHaveLength(10);
  expect(names.map(({ from }) => from)).toEqual(["0", ...names.slice(0, -1).map(({ to }) => to)]);
});
