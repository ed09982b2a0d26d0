import Type from "typebox";
import { type Origin, ruleOf } from "../../domain/access.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { removeExpired } from "../../domain/jobs/remove-expired.ts";
import { reportStaleKeys } from "../../domain/jobs/report-stale-keys.ts";
import { withJobLease } from "../../domain/jobs/with-job-lease.ts";
import { isSameSecret } from "../../domain/same-secret.ts";
import { AppError, notFound } from "../../errors.ts";
import { type App, originOf } from "../fastify.ts";
import { readBearerToken } from "../plugins/authenticate.ts";
import { listRefusals, ofBody } from "../refusals.ts";
import { JobQuery, JobResult } from "../schemas/cron.ts";
import { ApiErrorResponse } from "../schemas/error.ts";
import { oneOf } from "../schemas/primitives.ts";

type Result = Type.Static<typeof JobResult>["data"];
type Job = (query: Type.Static<typeof JobQuery>, origin: Origin) => Promise<Omit<Result, "job" | "ran">>;

/** Registers the jobs for schedulers. Each job runs once at a time over all nodes. */
export function registerCronRoute(app: App, deps: Dependencies, cronSecret: string | undefined): void {
  const jobs = new Map<string, Job>([
    [
      "maintenance",
      async (_query, origin) => ({ removed: await deps.retention.run(() => removeExpired(deps, origin), deps.now) }),
    ],
    ["stale-keys", (query) => reportStaleKeys(deps, query)],
  ]);

  app.post(
    "/api/cron/:job",
    {
      config: { plane: "api", refusals: listRefusals(ruleOf("runJob"), "UNAUTHORIZED", "NOT_FOUND", ...ofBody) },
      onRequest: async (request) => {
        if (cronSecret === undefined) throw notFound();
        const shown = readBearerToken(request.headers.authorization);
        if (shown === null || !isSameSecret(cronSecret, shown)) throw new AppError("UNAUTHORIZED");
      },
      schema: {
        operationId: "runJob",
        tags: ["Operation"],
        security: [{ cronSecret: [] }],
        summary: "Run a job: maintenance or stale-keys",
        description: "A job runs once at a time over all nodes. If it is already running, `ran` is false.",
        params: Type.Object({
          job: oneOf<string>(["maintenance", "stale-keys"], "Name of the job"),
        }),
        querystring: JobQuery,
        response: { 200: JobResult, default: ApiErrorResponse },
      },
    },
    async (request) => {
      const { job } = request.params;
      const run = jobs.get(job);
      if (run === undefined) throw notFound();
      const result = await withJobLease(deps, job, () => run(request.query, originOf(request)));
      return { data: { job, ran: result !== null, ...result }, error: null };
    },
  );
}
