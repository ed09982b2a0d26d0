import Type from "typebox";
import { type ActorKind, actorKinds, auditActions } from "../../domain/audit/record-audit.ts";
import {
  Id,
  IpAddress,
  namedObject,
  nullable,
  oneOf,
  pageParameters,
  singleLineText,
  strictObject,
  Timestamp,
  timeInput,
} from "./primitives.ts";

/** One event of the audit trail. */
export const AuditEvent = namedObject("AuditEvent", undefined, {
  id: Id,
  createdOn: Timestamp,
  action: oneOf<string>(auditActions, "What happened. A newer server may know more actions"),
  actorKind: oneOf<string>(
    actorKinds,
    "Who caused the event. `trust` is a run of a pipeline, and `token` is an automation token",
  ),
  actorId: nullable(Id, "ID of the user, trust or automation token"),
  actorEmail: nullable(
    singleLineText(320),
    "Email address of the user, `operator` for a server command, or null for pipelines and the server itself",
  ),
  keyId: nullable(Id),
  keyName: nullable(singleLineText(100)),
  ip: nullable(IpAddress),
  requestId: nullable(Id),
  details: Type.Record(Type.String(), Type.Unknown(), { description: "What changed. Never contains a secret" }),
});

/** Filters of listAuditEvents. */
export const AuditQuery = strictObject({
  keyId: Type.Optional(Type.String({ format: "id", maxLength: 64, description: "Only events of this key" })),
  actorId: Type.Optional(
    Type.String({
      format: "id",
      maxLength: 64,
      description: "Only events caused by this user, trust or automation token",
    }),
  ),
  action: Type.Optional(
    Type.String({ format: "audit-action", maxLength: 64, description: "Only this action, for example key.rotated" }),
  ),
  actorKind: Type.Optional(oneOf<ActorKind>(actorKinds, "Only events caused by this kind of actor")),
  repository: Type.Optional(singleLineText(400, "Only events caused by runs of this repository or project")),
  workflow: Type.Optional(singleLineText(400, "Only events caused by runs of this workflow")),
  runId: Type.Optional(singleLineText(400, "Only events caused by this run of a pipeline")),
  since: Type.Optional(timeInput("Only events at or after this time")),
  ...pageParameters(1000, 100),
});
