import Type from "typebox";
import { retentionKinds } from "../../domain/jobs/retention-runs.ts";
import {
  ClientId,
  Id,
  int32Max,
  namedObject,
  nullable,
  oneOf,
  singleLineText,
  strictObject,
  Timestamp,
  wholeNumber,
} from "./primitives.ts";

/** Maximum number of keys in one report, over all companies. */
const reportedKeysMax = 2_000;

/** Thresholds of the stale-keys report. */
export const JobQuery = strictObject({
  unusedForDays: Type.Optional(wholeNumber(1, 3650, "For stale-keys: age in days. The default is 90")),
  olderThanDays: Type.Optional(wholeNumber(1, 3650, "For stale-keys: age in days. The default is 90")),
});

const StaleKey = namedObject("StaleKey", undefined, {
  keyId: Id,
  name: singleLineText(100),
  clientId: ClientId,
  createdOn: Timestamp,
  rotatedOn: nullable(Timestamp),
  lastUsedAt: nullable(Timestamp),
});

/** The result of a job, or that another node runs it. */
export const JobResult = namedObject("JobResult", "Result of the job", {
  data: Type.Object({
    job: oneOf<string>(["maintenance", "stale-keys"]),
    ran: Type.Boolean({ description: "False if the job was already running on this or another node" }),
    removed: Type.Optional(
      Type.Object(Object.fromEntries(retentionKinds.map((kind) => [kind, wholeNumber(0, int32Max)])), {
        description: "For maintenance: how many expired rows of each kind were removed",
      }),
    ),
    companies: Type.Optional(
      Type.Array(
        Type.Object({
          companyId: Id,
          companyName: singleLineText(100),
          unused: Type.Array(StaleKey, { maxItems: reportedKeysMax }),
          old: Type.Array(StaleKey, { maxItems: reportedKeysMax }),
        }),
        { maxItems: reportedKeysMax, description: "For stale-keys: the companies that have stale keys" },
      ),
    ),
    isComplete: Type.Optional(Type.Boolean({ description: "For stale-keys: false if not all stale keys are listed" })),
  }),
  error: Type.Null(),
});
