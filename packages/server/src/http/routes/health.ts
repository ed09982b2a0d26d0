import Type from "typebox";
import { ruleOf } from "../../domain/access.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { AppError } from "../../errors.ts";
import type { App } from "../fastify.ts";
import { listRefusals } from "../refusals.ts";
import { ApiErrorResponse } from "../schemas/error.ts";
import { namedObject, oneOf } from "../schemas/primitives.ts";

const Health = namedObject("HealthResponse", "The check passed", {
  data: Type.Object({ status: oneOf<string>(["ok", "ready"]) }),
  error: Type.Null(),
});

/** Registers the liveness and readiness checks. */
export function registerHealthRoutes(app: App, deps: Dependencies, isDraining: () => boolean): void {
  const tags = ["Operation"];
  const response = { 200: Health, default: ApiErrorResponse };
  const config = { plane: "api", refusals: listRefusals(ruleOf("getHealth")) } as const;

  app.get(
    "/api/health",
    {
      config,
      schema: {
        operationId: "getHealth",
        tags,
        summary: "Check whether the process is alive",
        description:
          "This check does not cover the database. Configure your supervisor to restart the process if it fails.",
        response,
      },
    },
    async () => ({ data: { status: "ok" }, error: null }),
  );
  app.get(
    "/api/health/ready",
    {
      config,
      schema: {
        operationId: "getReadiness",
        tags,
        summary: "Check whether the server is ready for traffic",
        description: "This check fails while the database is unreachable and while the server shuts down.",
        response,
      },
    },
    async () => {
      if (isDraining())
        throw new AppError("UNAVAILABLE", { message: "The server is shutting down", retryAfterSeconds: 1 });
      await deps.store.ping();
      return { data: { status: "ready" }, error: null };
    },
  );
}
