import type { ListLayout } from "../terminal/print-list.ts";
import type { FinishedRotation } from "./delivery/finished-rotation.ts";

/** The result for one of several keys. `skipped` keys were not started. */
export interface KeyOutcome extends Omit<FinishedRotation, "state" | "rotationId"> {
  readonly state: FinishedRotation["state"] | "failed" | "skipped";
  readonly rotationId: string | null;
  readonly error: { readonly type: string; readonly message: string } | null;
}

const words: Readonly<Record<KeyOutcome["state"], string>> = {
  finished: "rotated",
  pending: "delivered, not finished",
  failed: "failed",
  skipped: "not started",
};

/** Returns the layout of the results of several keys. CSV has all columns. JSON contains the results unchanged. */
export function outcomeListLayout(empty: string): ListLayout<KeyOutcome> {
  return {
    empty,
    nouns: ["key", "keys"],
    id: ({ key }) => key.id,
    columns: [
      { header: "NAME", field: "name", value: ({ key }) => key.name, widthMin: 16 },
      { header: "CLIENT ID", field: "clientId", value: ({ key }) => key.clientId },
      {
        header: "RESULT",
        field: "state",
        show: ({ state }) => words[state],
        style: ({ state }, { green, red, yellow }) => (state === "failed" ? red : state === "skipped" ? yellow : green),
      },
      { header: "WHY", field: "error", value: ({ error }) => error?.type, dropOrder: 1 },
      { header: "ROTATION", field: "rotationId", isCsvOnly: true },
      { header: "SINKS", field: "sinks", value: ({ sinks }) => sinks.join(" "), isCsvOnly: true },
      { header: "VERIFIED", field: "verified", isCsvOnly: true },
      { header: "FINISHED", field: "finishedOn", isCsvOnly: true },
      { header: "GRACE", field: "graceSeconds", isCsvOnly: true },
      {
        header: "ENDED",
        field: "endedRotations",
        value: ({ endedRotations }) => endedRotations.join(" "),
        isCsvOnly: true,
      },
      { header: "ID", field: "id", value: ({ key }) => key.id, isCsvOnly: true },
      {
        header: "ENDED SECRETS",
        field: "endedSecrets",
        value: ({ endedSecrets }) => endedSecrets.map(({ id }) => id).join(" "),
        isCsvOnly: true,
      },
    ],
  };
}
