import Type from "typebox";
import { retentionKinds } from "../../domain/retention.ts";
import { Id, NullableTimestamp, Timestamp } from "./primitives.ts";

/** How long a key may lie unused, and how old its secret may be, before it is reported. */
export const JobQuery = Type.Object(
  {
    unusedForDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650, description: "stale-keys; default 90" })),
    olderThanDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650, description: "stale-keys; default 90" })),
  },
  { additionalProperties: false },
);

const StaleKey = Type.Object(
  {
    keyId: Id,
    name: Type.String(),
    clientId: Type.String(),
    createdOn: Timestamp,
    rotatedOn: NullableTimestamp,
    lastUsedAt: NullableTimestamp,
  },
  { title: "StaleKey" },
);

/** What a job did, or that another node is at it. */
export const JobResult = Type.Object(
  {
    data: Type.Object({
      job: Type.String(),
      ran: Type.Boolean({ description: "false: it is under way already, here or on another node" }),
      removed: Type.Optional(
        Type.Object(Object.fromEntries(retentionKinds.map((kind) => [kind, Type.Integer()])), {
          description: "maintenance: how many rows of each kind had had their time",
        }),
      ),
      companies: Type.Optional(
        Type.Array(
          Type.Object({
            companyId: Id,
            companyName: Type.String(),
            unused: Type.Array(StaleKey),
            old: Type.Array(StaleKey),
          }),
          { description: "stale-keys: the companies that have any" },
        ),
      ),
      isComplete: Type.Optional(
        Type.Boolean({ description: "stale-keys: false when there are more than were listed" }),
      ),
    }),
    error: Type.Null(),
  },
  { title: "JobResult", description: "The job's result" },
);
