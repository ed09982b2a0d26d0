import { isOperationId } from "../../domain/access.ts";
import type { App } from "../fastify.ts";

/**
 * Throws at startup if a route has no operationId, 2xx schema, `default` error schema, list of errors, or access rule.
 * An undeclared status is not filtered by its schema and could leak fields. Hidden routes (the documentation page) are
 * exempt.
 */
export function registerRouteGuard(app: App): void {
  app.addHook("onRoute", (route) => {
    const schema = route.schema;
    if (schema?.hide === true) return;
    const statuses = Object.keys((schema?.response as Record<string, unknown> | undefined) ?? {});
    const problems = [
      schema?.operationId === undefined ? "operationId" : "",
      statuses.some((status) => status.startsWith("2")) ? "" : "2xx schema",
      statuses.includes("default") ? "" : "default error schema",
      route.config?.refusals === undefined ? "refusals" : "",
      route.config?.refusals?.includes("INTERNAL") === false ? "INTERNAL among its refusals" : "",
      isOperationId(schema?.operationId ?? "") ? "" : "a rule in domain/access.ts",
    ].filter((problem) => problem !== "");
    if (problems.length > 0) throw new Error(`Route ${String(route.method)} ${route.url} lacks ${problems.join(", ")}`);
  });
}
