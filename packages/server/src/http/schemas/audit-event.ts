import Type from "typebox";
import { Id, Timestamp } from "./primitives.ts";

/** One event of the audit trail. */
export const AuditEvent = Type.Object(
  {
    id: Id,
    createdOn: Timestamp,
    action: Type.String({ description: "For example key.rotated" }),
    actorId: Type.Union([Id, Type.Null()]),
    actorEmail: Type.Union([Type.String(), Type.Null()], {
      description: "Email address of the user, `operator` for a command of the server, or null for the server itself",
    }),
    keyId: Type.Union([Id, Type.Null()]),
    keyName: Type.Union([Type.String(), Type.Null()]),
    ip: Type.Union([Type.String(), Type.Null()]),
    requestId: Type.Union([Type.String(), Type.Null()]),
    details: Type.Record(Type.String(), Type.Unknown(), { description: "What changed; never a secret" }),
  },
  { title: "AuditEvent" },
);

/** Filters of listAuditEvents. */
export const AuditQuery = Type.Object(
  {
    keyId: Type.Optional(Type.String({ maxLength: 64 })),
    actorId: Type.Optional(Type.String({ maxLength: 64 })),
    action: Type.Optional(Type.String({ maxLength: 64 })),
    since: Type.Optional(Type.String({ format: "date-time", description: "Only events at or after this time" })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
    cursor: Type.Optional(Type.String({ maxLength: 512 })),
  },
  { additionalProperties: false },
);
