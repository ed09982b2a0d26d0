import type { ApiKey } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import type { EndedSecret } from "../../secrets/ended-secrets.ts";
import { printRecord, type RecordField } from "../../terminal/print-record.ts";
import { formatDuration } from "../../text/duration.ts";

/** What came of one rotation; what `-o json` shows of it. It never holds a secret. */
export interface FinishedRotation {
  readonly key: Pick<ApiKey, "id" | "name" | "clientId">;
  readonly rotationId: string;
  /** `finished`: the new secret is the only one, but for those that retire. `pending`: both work, as was asked for. */
  readonly state: "finished" | "pending";
  /** The places as they were given. */
  readonly sinks: readonly string[];
  /** Who accepted the new secret before the old one ended; null where nobody was asked. */
  readonly verified: "server" | "command" | null;
  readonly finishedOn: string | null;
  /** How long the old secrets go on working; null while the rotation is pending. */
  readonly graceSeconds: number | null;
  /** Other rotations that were pending and end with this one. */
  readonly endedRotations: readonly string[];
  /** Besides the old secret, each that ends with this rotation or whose grace it cut short. */
  readonly endedSecrets: readonly EndedSecret[];
}

// For people they are told in words.
const endedSecretsField = "endedSecrets";

/** Prints one rotation: for programs all of it, for people what there is to say. */
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
