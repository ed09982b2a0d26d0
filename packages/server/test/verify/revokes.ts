import { parseArgs } from "node:util";
import { startPostgres } from "../../../../tools/postgres/start-postgres.ts";
import { postgresSecrets } from "../support/postgres-secrets.ts";
import { runRevokeRounds } from "../support/revoke-rounds.ts";

/**
 * Revokes keys that are in use on several nodes of one PostgreSQL database, and counts secrets that are accepted after
 * the 2xx (S-13):
 * `node packages/server/test/verify/revokes.ts --revokes 10000 --nodes 3`. Exits with code 1 if it finds any.
 */
const { values } = parseArgs({
  options: { revokes: { type: "string", default: "10000" }, nodes: { type: "string", default: "3" } },
});
const [revokes, nodes] = [Number(values.revokes), Number(values.nodes)];
if (!Number.isSafeInteger(revokes) || revokes < 1 || !Number.isSafeInteger(nodes) || nodes < 1) {
  throw new RangeError("--revokes and --nodes take numbers from 1");
}
const postgres = await startPostgres();
try {
  const env = { DATABASE_URL: postgres.urlOf("postgres"), ...postgresSecrets };
  const startedMs = performance.now();
  const report = await runRevokeRounds(env, { revokes, nodes }, (done) => process.stdout.write(`${done} revokes\n`));
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  process.stdout.write(`${JSON.stringify({ ...report, seconds })}\n`);
  if (report.acceptsAfter > 0) process.exitCode = 1;
} finally {
  await postgres.remove();
}
