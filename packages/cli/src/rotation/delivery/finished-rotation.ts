import type { ApiKey } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import type { EndedSecret } from "../../secrets/describe-secrets.ts";
import { printRecord, type RecordField } from "../../terminal/print-record.ts";
import { formatDuration } from "../../text/time.ts";

/** The result of one rotation, as in the JSON output. It never contains a secret. */
export interface FinishedRotation {
  readonly key: Pick<ApiKey, "id" | "name" | "clientId">;
  readonly rotationId: string;
  /** `finished`: the new secret is the only one, except retiring ones. `pending`: both secrets work, as requested. */
  readonly state: "finished" | "pending";
  /** The destinations as passed. */
  readonly sinks: readonly string[];
  /** What verified the new secret before the old one ended. Null without verification. */
  readonly verified: "server" | "command" | null;
  readonly finishedOn: string | null;
  /** How long the old secrets keep working. Null while the rotation is pending. */
  readonly graceSeconds: number | null;
  /** Other pending rotations that ended with this one. */
  readonly endedRotations: readonly string[];
  /** Secrets other than the old one that ended with this rotation or whose grace period it shortened. */
  readonly endedSecrets: readonly EndedSecret[];
}

// People see the ended secrets in status messages instead.
const endedSecretsField = "endedSecrets";

/** Prints one rotation. For programs it prints all fields, for people only those with a value. */
export async function printRotation(context: Context, rotation: FinishedRotation): Promise<void> {
  const { key, rotationId, state, sinks, verified, finishedOn, graceSeconds, endedRotations, endedSecrets } = rotation;
  const fields: readonly RecordField[] = [
    { label: "Name", field: "name", value: key.name },
    { label: "Client ID", field: "clientId", value: key.clientId },
    { label: "ID", field: "id", value: key.id },
    { label: "Rotation", field: "rotationId", value: rotationId },
    { label: "State", field: "state", value: state },
    { label: "Delivered to", field: "sinks", value: sinks.join(" "), show: sinks },
    { label: "Verified by", field: "verified", value: verified },
    { label: "Finished", field: "finishedOn", value: finishedOn },
    { label: "Grace", field: "graceSeconds", value: graceSeconds, show: formatDuration(graceSeconds ?? 0) },
    { label: "Also ended", field: "endedRotations", value: endedRotations.join(" "), show: endedRotations },
    { label: "", field: endedSecretsField, value: endedSecrets.map(({ id }) => id).join(" ") },
  ];
  const isTable = (await context.output()) === "table";
  const shown = isTable ? fields.filter(({ field, value }) => Boolean(value) && field !== endedSecretsField) : fields;
  await printRecord(context, { json: rotation, id: key.id, fields: shown });
}
