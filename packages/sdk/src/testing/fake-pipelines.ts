import type { JsonRecord } from "../call/json.ts";
import type { PipelineRun } from "../models/trust.ts";

/** Returns what audit events say about a pipeline. */
export function describePipeline(
  kind: "trust" | "token",
  { id, name }: { readonly id: string; readonly name: string },
  run: PipelineRun | null,
): JsonRecord {
  return { actorKind: kind, [`${kind}Id`]: id, [`${kind}Name`]: name, ...run };
}
